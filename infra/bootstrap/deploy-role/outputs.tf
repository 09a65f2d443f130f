output "role_arn" {
  description = "The role's ARN."
  value       = aws_iam_role.this.arn
}

output "permissions_boundary" {
  description = "ARN of the policy that limits the roles that it makes."
  value       = aws_iam_policy.boundary.arn
}
