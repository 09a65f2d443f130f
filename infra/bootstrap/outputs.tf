output "deploy_role_arn" {
  description = "The role that workflows assume: DEPLOY_ROLE_ARN of GitHub's environments."
  value       = module.deploy.role_arn
}

output "permissions_boundary" {
  description = "What every role of a deployment must be limited by: PERMISSIONS_BOUNDARY of GitHub's environments."
  value       = module.deploy.permissions_boundary
}

output "state_bucket" {
  description = "The bucket for Terraform's state: STATE_BUCKET of GitHub's environments."
  value       = aws_s3_bucket.state.bucket
}

output "preview_role_arn" {
  description = "The role of previews: PREVIEW_ROLE_ARN of GitHub's repository; null without preview_subjects."
  value       = one(values(module.previews)[*].role_arn)
}

output "preview_permissions_boundary" {
  description = "What every role of a preview must be limited by: PREVIEW_PERMISSIONS_BOUNDARY of GitHub's repository."
  value       = one(values(module.previews)[*].permissions_boundary)
}
