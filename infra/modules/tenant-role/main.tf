locals {
  # What app/platform/dynamodb/tenant-table.ts puts before the hash keys of every tenant.
  tenants_keys = "tenant \"*"

  function_statements = concat(
    [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole"]
      Resource  = [aws_iam_role.this.arn]
      Condition = {}
    }],
    [for actions in var.exclusive ? [var.actions] : [] : {
      Effect    = "Deny"
      Action    = actions
      Resource  = var.table_arns
      Condition = { "ForAnyValue:StringLike" = { "dynamodb:LeadingKeys" = [local.tenants_keys] } }
    }],
  )
}

resource "aws_iam_role" "this" {
  name                 = var.name
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = var.function_role.arn }
    }]
  })
}

# The most that a session can do: the policy that the function assumes it with leaves one tenant's items of them. A call
# without hash keys meets ForAllValues, so they must be there.
resource "aws_iam_role_policy" "this" {
  name = "tenants"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = var.actions
      Resource = var.table_arns
      Condition = {
        "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = [local.tenants_keys] }
        Null                      = { "dynamodb:LeadingKeys" = "false" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  name = "tenants"
  role = var.function_role.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.function_statements
  })
}
