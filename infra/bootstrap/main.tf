provider "aws" {
  region = var.region
}

data "aws_caller_identity" "this" {}

locals {
  issuer = "token.actions.githubusercontent.com"
  bucket = "${var.name}-state-${data.aws_caller_identity.this.account_id}"

  github_provider_arn = coalesce(var.github_provider_arn, one(values(aws_iam_openid_connect_provider.github)[*].arn))
}

resource "aws_iam_openid_connect_provider" "github" {
  for_each = var.github_provider_arn == null ? toset([local.issuer]) : toset([])

  url            = "https://${each.value}"
  client_id_list = ["sts.amazonaws.com"]
}

# Terraform's state, which holds clients' secrets.
resource "aws_s3_bucket" "state" {
  bucket = local.bucket
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
    bucket_key_enabled = true
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket = aws_s3_bucket.state.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "state" {
  bucket = aws_s3_bucket.state.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Action    = "s3:*"
      Principal = "*"
      Resource  = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  depends_on = [aws_s3_bucket_public_access_block.state]
}

module "deploy" {
  source = "./deploy-role"

  name                = "${var.name}-deploy"
  boundary_name       = "${var.name}-boundary"
  prefix              = var.name
  subjects            = var.subjects
  github_provider_arn = local.github_provider_arn
  edge                = var.edge
  # Of states, locks alone are deleted.
  state = { bucket_arn = aws_s3_bucket.state.arn, objects = "*", deletable = "*.tflock" }
}

# By name, so that it can be left out without a count.
module "previews" {
  source   = "./deploy-role"
  for_each = length(var.preview_subjects) == 0 ? {} : { previews = var.preview_subjects }

  name                = "${var.name}-preview-deploy"
  boundary_name       = "${var.name}-preview-boundary"
  prefix              = "${var.name}-pr-"
  subjects            = each.value
  github_provider_arn = local.github_provider_arn
  state               = { bucket_arn = aws_s3_bucket.state.arn, objects = "previews/*", deletable = "previews/*" }
}

moved {
  from = aws_iam_role.deploy
  to   = module.deploy.aws_iam_role.this
}

moved {
  from = aws_iam_role_policy.deploy
  to   = module.deploy.aws_iam_role_policy.this
}

moved {
  from = aws_iam_policy.boundary
  to   = module.deploy.aws_iam_policy.boundary
}
