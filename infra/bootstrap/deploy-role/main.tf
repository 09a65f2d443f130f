data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

locals {
  issuer = "token.actions.githubusercontent.com"
}

resource "aws_iam_role" "this" {
  name                 = var.name
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = var.github_provider_arn }
      Condition = { StringEquals = {
        "${local.issuer}:aud" = "sts.amazonaws.com"
        "${local.issuer}:sub" = sort(var.subjects)
      } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "deploy"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.deploy_statements
  })
}

resource "aws_iam_policy" "boundary" {
  name        = var.boundary_name
  description = "The most that a role can be permitted that the deploy role makes."

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for permission in local.boundary_permissions : {
      Effect   = "Allow"
      Action   = permission.actions
      Resource = permission.resources
    }]
  })
}
