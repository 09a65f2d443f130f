# What a deployment with CloudFront and WAF asks for besides, in a policy of its own, which the role has where they are wanted.
# All of it is in us-east-1. Distributions have ids that nobody knows beforehand: theirs are known by the tag Name.
locals {
  global       = "us-east-1:${local.account}"
  distribution = "arn:${local.partition}:cloudfront::${local.account}:distribution/*"
  web_acls     = "arn:${local.partition}:wafv2:${local.global}:global/webacl/${var.prefix}*/*"
  waf_log      = "arn:${local.partition}:logs:${local.global}:log-group:aws-waf-logs-${var.prefix}*"

  edge_statements = [
    {
      Effect    = "Allow"
      Action    = ["cloudfront:CreateDistribution", "cloudfront:TagResource"]
      Resource  = [local.distribution]
      Condition = { StringLike = { "aws:RequestTag/Name" = "${var.prefix}*" } }
    },
    {
      Effect = "Allow"
      Action = [
        "cloudfront:DeleteDistribution", "cloudfront:GetDistribution", "cloudfront:ListTagsForResource", "cloudfront:UntagResource", "cloudfront:UpdateDistribution",
      ]
      Resource  = [local.distribution]
      Condition = { StringLike = { "aws:ResourceTag/Name" = "${var.prefix}*" } }
    },
    {
      Effect = "Allow"
      Action = [
        "wafv2:CreateWebACL", "wafv2:DeleteLoggingConfiguration", "wafv2:DeleteWebACL", "wafv2:GetLoggingConfiguration", "wafv2:GetWebACL",
        "wafv2:ListTagsForResource", "wafv2:PutLoggingConfiguration", "wafv2:TagResource", "wafv2:UntagResource", "wafv2:UpdateWebACL",
      ]
      Resource  = [local.web_acls]
      Condition = {}
    },
    # AWS's own rule groups, which a web ACL names.
    {
      Effect    = "Allow"
      Action    = ["wafv2:CreateWebACL", "wafv2:UpdateWebACL"]
      Resource  = ["arn:${local.partition}:wafv2:${local.global}:global/managedruleset/*/*"]
      Condition = {}
    },
    {
      Effect    = "Allow"
      Action    = ["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:ListTagsForResource", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"]
      Resource  = [local.waf_log, "${local.waf_log}:*"]
      Condition = {}
    },
    {
      Effect    = "Allow"
      Action    = ["ssm:AddTagsToResource", "ssm:DeleteParameter", "ssm:GetParameter", "ssm:ListTagsForResource", "ssm:PutParameter", "ssm:RemoveTagsFromResource"]
      Resource  = ["arn:${local.partition}:ssm:${local.global}:parameter/${var.prefix}*"]
      Condition = {}
    },
    { Effect = "Allow", Action = ["ssm:DescribeParameters"], Resource = ["*"], Condition = {} },
  ]
}

resource "aws_iam_policy" "edge" {
  for_each = var.edge ? toset(["${var.name}-edge"]) : toset([])

  name        = each.value
  description = "What deployments with CloudFront and WAF ask for besides."
  policy      = jsonencode({ Version = "2012-10-17", Statement = local.edge_statements })
}

resource "aws_iam_role_policy_attachment" "edge" {
  for_each = aws_iam_policy.edge

  role       = aws_iam_role.this.name
  policy_arn = each.value.arn
}
