# What the deploy role may do, and what the roles of functions that it makes can have at most. Names are scoped by the
# prefix; Cognito and API Gateway give their resources ids that nobody knows beforehand, so those are scoped by kind.
locals {
  arn = { for service in ["lambda", "dynamodb", "logs", "cloudwatch", "sns", "events", "cognito-idp"] : service => "arn:${local.partition}:${service}:*:${local.account}" }

  functions  = "${local.arn.lambda}:function:${var.name}*"
  tables     = "${local.arn.dynamodb}:table/${var.name}*"
  log_groups = ["${local.arn.logs}:log-group:/aws/lambda/${var.name}*", "${local.arn.logs}:log-group:/aws/vendedlogs/http-api/${var.name}*"]
  roles      = "arn:${local.partition}:iam::${local.account}:role/${var.name}*"
  gateway    = "arn:${local.partition}:apigateway:*::"

  deploy_permissions = [
    { actions = ["s3:ListBucket"], resources = [aws_s3_bucket.state.arn] },
    { actions = ["s3:GetObject", "s3:PutObject"], resources = ["${aws_s3_bucket.state.arn}/*"] },
    # Locks alone: states are not deleted.
    { actions = ["s3:DeleteObject"], resources = ["${aws_s3_bucket.state.arn}/*.tflock"] },

    {
      actions = [
        "lambda:AddPermission", "lambda:CreateAlias", "lambda:CreateFunction", "lambda:DeleteAlias", "lambda:DeleteFunction", "lambda:DeleteFunctionConcurrency",
        "lambda:GetAlias", "lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionConcurrency", "lambda:GetFunctionConfiguration",
        "lambda:GetPolicy", "lambda:InvokeFunction", "lambda:ListTags", "lambda:ListVersionsByFunction", "lambda:PublishVersion", "lambda:PutFunctionConcurrency",
        "lambda:RemovePermission", "lambda:TagResource", "lambda:UntagResource", "lambda:UpdateAlias", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration",
      ]
      resources = [local.functions]
    },
    # Tables, and nothing of what is in them.
    {
      actions = [
        "dynamodb:CreateTable", "dynamodb:DeleteTable", "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive",
        "dynamodb:ListTagsOfResource", "dynamodb:TagResource", "dynamodb:UntagResource", "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive",
      ]
      resources = [local.tables]
    },
    # Pools, and nothing of their users.
    {
      actions = [
        "cognito-idp:AddCustomAttributes", "cognito-idp:CreateGroup", "cognito-idp:CreateResourceServer", "cognito-idp:CreateUserPoolClient", "cognito-idp:CreateUserPoolDomain",
        "cognito-idp:DeleteGroup", "cognito-idp:DeleteResourceServer", "cognito-idp:DeleteUserPool", "cognito-idp:DeleteUserPoolClient", "cognito-idp:DeleteUserPoolDomain",
        "cognito-idp:DescribeResourceServer", "cognito-idp:DescribeUserPool", "cognito-idp:DescribeUserPoolClient", "cognito-idp:GetGroup", "cognito-idp:GetUICustomization",
        "cognito-idp:GetUserPoolMfaConfig", "cognito-idp:ListTagsForResource", "cognito-idp:SetUICustomization", "cognito-idp:SetUserPoolMfaConfig", "cognito-idp:TagResource",
        "cognito-idp:UntagResource", "cognito-idp:UpdateGroup", "cognito-idp:UpdateResourceServer", "cognito-idp:UpdateUserPool", "cognito-idp:UpdateUserPoolClient",
        "cognito-idp:UpdateUserPoolDomain",
      ]
      resources = ["${local.arn.cognito-idp}:userpool/*"]
    },
    { actions = ["cognito-idp:CreateUserPool", "cognito-idp:DescribeUserPoolDomain"], resources = ["*"] },
    {
      actions   = ["apigateway:DELETE", "apigateway:GET", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT", "apigateway:TagResource", "apigateway:UntagResource"]
      resources = ["${local.gateway}/apis", "${local.gateway}/apis/*", "${local.gateway}/tags/*"]
    },
    # Log groups, and nothing of what is in them.
    {
      actions = [
        "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:ListTagsForResource", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource",
      ]
      resources = concat(local.log_groups, [for group in local.log_groups : "${group}:*"])
    },
    # API Gateway's access log is set up by the caller, and log deliveries and saved queries have no resource.
    {
      actions = [
        "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries",
        "logs:PutResourcePolicy", "logs:UpdateLogDelivery", "logs:DescribeQueryDefinitions", "logs:PutQueryDefinition", "logs:DeleteQueryDefinition",
      ]
      resources = ["*"]
    },
    {
      actions = [
        "cloudwatch:DeleteAlarms", "cloudwatch:DeleteDashboards", "cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource", "cloudwatch:PutDashboard",
        "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource",
      ]
      resources = ["${local.arn.cloudwatch}:alarm:${var.name}*", "arn:${local.partition}:cloudwatch::${local.account}:dashboard/${var.name}*"]
    },
    { actions = ["cloudwatch:DescribeAlarms"], resources = ["*"] },
    {
      actions = [
        "sns:CreateTopic", "sns:DeleteTopic", "sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource",
        "sns:SetSubscriptionAttributes", "sns:SetTopicAttributes", "sns:Subscribe", "sns:TagResource", "sns:Unsubscribe", "sns:UntagResource",
      ]
      resources = ["${local.arn.sns}:${var.name}*"]
    },
    {
      actions = [
        "events:DeleteRule", "events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule", "events:PutRule", "events:PutTargets",
        "events:RemoveTargets", "events:TagResource", "events:UntagResource",
      ]
      resources = ["${local.arn.events}:rule/${var.name}*"]
    },
    {
      actions = [
        "iam:GetRole", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole",
        "iam:TagRole", "iam:UntagRole", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole", "iam:DeleteRolePolicy",
      ]
      resources = [local.roles]
    },
  ]

  deploy_statements = concat(
    [for permission in local.deploy_permissions : {
      Effect    = "Allow"
      Action    = permission.actions
      Resource  = permission.resources
      Condition = {}
    }],
    [
      {
        Effect    = "Allow"
        Action    = ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"]
        Resource  = [local.roles]
        Condition = { StringEquals = { "iam:PermissionsBoundary" = aws_iam_policy.boundary.arn } }
      },
      {
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [local.roles]
        Condition = { StringEquals = { "iam:PassedToService" = "lambda.amazonaws.com" } }
      },
      # Neither itself nor what limits it.
      {
        Effect    = "Deny"
        Action    = ["iam:*"]
        Resource  = [aws_iam_role.deploy.arn, aws_iam_policy.boundary.arn]
        Condition = {}
      },
    ],
  )

  boundary_permissions = [
    { actions = ["logs:CreateLogStream", "logs:PutLogEvents"], resources = [for group in local.log_groups : "${group}:*"] },
    {
      actions = [
        "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:GetItem",
        "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
      ]
      resources = [local.tables]
    },
    { actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources = ["*"] },
  ]
}
