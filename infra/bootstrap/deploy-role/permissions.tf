# What the deploy role may do, and what the roles of functions that it makes can have at most. Names are scoped by the
# prefix; Cognito and API Gateway give their resources ids that nobody knows beforehand, so those are scoped by kind.
locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  arn = { for service in ["lambda", "dynamodb", "logs", "cloudwatch", "sns", "events", "cognito-idp", "kms", "secretsmanager"] : service => "arn:${local.partition}:${service}:*:${local.account}" }

  functions  = "${local.arn.lambda}:function:${var.prefix}*"
  tables     = "${local.arn.dynamodb}:table/${var.prefix}*"
  log_groups = ["${local.arn.logs}:log-group:/aws/lambda/${var.prefix}*", "${local.arn.logs}:log-group:/aws/vendedlogs/http-api/${var.prefix}*"]
  keys       = "${local.arn.kms}:key/*"
  secrets    = "${local.arn.secretsmanager}:secret:${var.prefix}*"
  roles      = "arn:${local.partition}:iam::${local.account}:role/${var.prefix}*"
  gateway    = "arn:${local.partition}:apigateway:*::"

  deploy_permissions = [
    { actions = ["s3:ListBucket"], resources = [var.state.bucket_arn] },
    { actions = ["s3:GetObject", "s3:PutObject"], resources = ["${var.state.bucket_arn}/${var.state.objects}"] },
    { actions = ["s3:DeleteObject"], resources = ["${var.state.bucket_arn}/${var.state.deletable}"] },

    {
      actions = [
        "lambda:AddPermission", "lambda:CreateAlias", "lambda:CreateFunction", "lambda:DeleteAlias", "lambda:DeleteFunction", "lambda:DeleteFunctionConcurrency",
        "lambda:GetAlias", "lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionConfiguration",
        "lambda:GetPolicy", "lambda:InvokeFunction", "lambda:ListVersionsByFunction", "lambda:PublishVersion", "lambda:PutFunctionConcurrency",
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
        "cognito-idp:GetUserPoolMfaConfig", "cognito-idp:SetUICustomization", "cognito-idp:SetUserPoolMfaConfig", "cognito-idp:TagResource",
        "cognito-idp:UntagResource", "cognito-idp:UpdateGroup", "cognito-idp:UpdateResourceServer", "cognito-idp:UpdateUserPool", "cognito-idp:UpdateUserPoolClient",
        "cognito-idp:UpdateUserPoolDomain",
      ]
      resources = ["${local.arn.cognito-idp}:userpool/*"]
    },
    { actions = ["cognito-idp:CreateUserPool", "cognito-idp:DescribeUserPoolDomain"], resources = ["*"] },
    {
      actions   = ["apigateway:DELETE", "apigateway:GET", "apigateway:PATCH", "apigateway:POST", "apigateway:TagResource", "apigateway:UntagResource"]
      resources = ["${local.gateway}/apis", "${local.gateway}/apis/*", "${local.gateway}/domainnames", "${local.gateway}/domainnames/*", "${local.gateway}/tags/*"]
    },
    # Log groups, and nothing of what is in them.
    {
      actions = [
        "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:ListTagsForResource", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource",
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
      resources = ["${local.arn.cloudwatch}:alarm:${var.prefix}*", "arn:${local.partition}:cloudwatch::${local.account}:dashboard/${var.prefix}*"]
    },
    { actions = ["cloudwatch:DescribeAlarms"], resources = ["*"] },
    {
      actions = [
        "sns:CreateTopic", "sns:DeleteTopic", "sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListTagsForResource",
        "sns:SetTopicAttributes", "sns:Subscribe", "sns:TagResource", "sns:Unsubscribe", "sns:UntagResource",
      ]
      resources = ["${local.arn.sns}:${var.prefix}*"]
    },
    {
      actions = [
        "events:DeleteRule", "events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule", "events:PutRule", "events:PutTargets",
        "events:RemoveTargets", "events:TagResource", "events:UntagResource",
      ]
      resources = ["${local.arn.events}:rule/${var.prefix}*"]
    },
    # Places of clients' secrets, and nothing of what is in them.
    {
      actions = [
        "secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy",
        "secretsmanager:TagResource", "secretsmanager:UntagResource",
      ]
      resources = [local.secrets]
    },
    {
      actions = [
        "iam:GetRole", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole",
        "iam:TagRole", "iam:UntagRole", "iam:DeleteRole", "iam:DeleteRolePolicy",
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
        Action    = ["kms:CreateKey", "kms:TagResource"]
        Resource  = ["*"]
        Condition = { StringLike = { "aws:RequestTag/Name" = "${var.prefix}*" } }
      },
      # Keys have ids as well: theirs are those whose tag Name begins with the prefix. Cognito gets its grant from who changes the pool.
      {
        Effect = "Allow"
        Action = [
          "kms:CreateGrant", "kms:DescribeKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags",
          "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:UntagResource", "kms:UpdateKeyDescription",
        ]
        Resource  = [local.keys]
        Condition = { StringLike = { "aws:ResourceTag/Name" = "${var.prefix}*" } }
      },
      {
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [local.roles]
        Condition = { StringEquals = { "iam:PassedToService" = "lambda.amazonaws.com" } }
      },
      # The key that encrypts a table is AWS's own, which Terraform looks up.
      {
        Effect    = "Allow"
        Action    = ["kms:DescribeKey"]
        Resource  = [local.keys]
        Condition = { StringEquals = { "kms:RequestAlias" = "alias/aws/dynamodb" } }
      },
      # Neither itself nor what limits it.
      {
        Effect    = "Deny"
        Action    = ["iam:*"]
        Resource  = concat([aws_iam_role.this.arn, aws_iam_policy.boundary.arn], values(aws_iam_policy.edge)[*].arn)
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
    # The role that a function assumes for its tenants.
    { actions = ["sts:AssumeRole"], resources = ["${local.roles}-tenant"] },
    # A trigger that moves people from a pool, and one that sends e-mails, whose codes a key's policy lets it decrypt.
    { actions = ["cognito-idp:AdminGetUser", "cognito-idp:AdminInitiateAuth"], resources = ["${local.arn.cognito-idp}:userpool/*"] },
    { actions = ["kms:Decrypt"], resources = [local.keys] },
    { actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources = ["*"] },
  ]
}
