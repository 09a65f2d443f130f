output "arn" {
  description = "ARN of the role, once it can be assumed."
  value       = aws_iam_role.this.arn
  depends_on  = [aws_iam_role_policy.this, aws_iam_role_policy.function]
}
