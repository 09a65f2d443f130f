output "name" {
  description = "Name of the table."
  value       = aws_dynamodb_table.this.name
}

output "arns" {
  description = "ARN of the table, and of each of its indexes."
  value       = concat([aws_dynamodb_table.this.arn], [for index in keys(var.indexes) : "${aws_dynamodb_table.this.arn}/index/${index}"])
}
