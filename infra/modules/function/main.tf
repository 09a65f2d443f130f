locals {
  alias    = "live"
  of_alias = one(concat(values(aws_lambda_alias.following), values(aws_lambda_alias.released)))

  log_permission = {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }
  # X-Ray has no resources to name.
  trace_permission = {
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    resources = ["*"]
  }
  permissions = concat([local.log_permission], var.permissions, var.tracing ? [local.trace_permission] : [])
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "this" {
  name                 = var.name
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "function"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for permission in local.permissions : {
      Effect   = "Allow"
      Action   = permission.actions
      Resource = permission.resources
    }]
  })
}

resource "aws_lambda_function" "this" {
  function_name    = var.name
  role             = aws_iam_role.this.arn
  filename         = var.package_file
  source_code_hash = filebase64sha256(var.package_file)
  handler          = "index.handler"
  runtime          = var.runtime
  architectures    = [var.size.architecture]
  memory_size      = var.size.memory_mb
  timeout          = var.size.timeout_seconds
  layers           = var.layers

  reserved_concurrent_executions = var.size.reserved_concurrency

  publish = true

  # An empty block would be a change in every plan.
  dynamic "environment" {
    for_each = length(var.environment) > 0 ? [var.environment] : []

    content {
      variables = environment.value
    }
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  # Lambda would create a missing log group itself, without a retention.
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]
}

resource "aws_lambda_alias" "following" {
  for_each = var.released_separately ? toset([]) : toset([local.alias])

  name             = each.value
  description      = "The newest version."
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}

# Made at the first version; from then on a release moves it, and writes what was live into the description.
resource "aws_lambda_alias" "released" {
  for_each = var.released_separately ? toset([local.alias]) : toset([])

  name             = each.value
  description      = "The version that the API invokes."
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version

  lifecycle {
    ignore_changes = [description, function_version, routing_config]
  }
}

moved {
  from = aws_lambda_alias.this
  to   = aws_lambda_alias.following["live"]
}
