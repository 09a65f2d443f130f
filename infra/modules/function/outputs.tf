output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "alias" {
  description = "Name of the alias to invoke."
  value       = local.of_alias.name
}

output "arn" {
  description = "ARN of the alias, for callers other than an API."
  value       = local.of_alias.arn
}

output "invoke_arn" {
  description = "What an API's integration invokes: the alias."
  value       = local.of_alias.invoke_arn
}

output "role_name" {
  description = "Name of the function's role."
  value       = aws_iam_role.this.name
}

output "role_arn" {
  description = "ARN of the function's role."
  value       = aws_iam_role.this.arn
}

output "log_group" {
  description = "Name of the log group that the function writes to."
  value       = aws_cloudwatch_log_group.this.name
}
