output "deploy_role_arn" {
  description = "The role that workflows assume: DEPLOY_ROLE_ARN of GitHub's environments."
  value       = aws_iam_role.deploy.arn
}

output "permissions_boundary" {
  description = "What every role of a deployment must be limited by: PERMISSIONS_BOUNDARY of GitHub's environments."
  value       = aws_iam_policy.boundary.arn
}

output "state_bucket" {
  description = "The bucket for Terraform's state: STATE_BUCKET of GitHub's environments."
  value       = aws_s3_bucket.state.bucket
}
