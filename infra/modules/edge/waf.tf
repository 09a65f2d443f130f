resource "aws_wafv2_web_acl" "this" {
  name  = var.name
  scope = "CLOUDFRONT"

  default_action {
    allow {}
  }

  rule {
    name     = "calls-per-address"
    priority = 0

    action {
      block {
        custom_response {
          response_code = 429
        }
      }
    }

    statement {
      rate_based_statement {
        limit                 = var.calls_per_address
        evaluation_window_sec = 300
        aggregate_key_type    = "IP"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "calls-per-address"
      sampled_requests_enabled   = true
    }
  }

  dynamic "rule" {
    for_each = local.managed_rules

    content {
      name     = rule.value
      priority = rule.key + 1

      override_action {
        none {}
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.value

          # A group refuses rules that it doesn't have.
          dynamic "rule_action_override" {
            for_each = rule.value == "AWSManagedRulesCommonRuleSet" ? var.counted_rules : []
            iterator = counted

            content {
              name = counted.value

              action_to_use {
                count {}
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.value
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = true
  }
}

# WAF writes to groups whose names begin with aws-waf-logs-.
resource "aws_cloudwatch_log_group" "waf" {
  for_each = local.log_group

  name              = each.value
  retention_in_days = var.log_retention_days
}

# What was blocked or counted, and of it neither the token nor cookies.
resource "aws_wafv2_web_acl_logging_configuration" "this" {
  for_each = aws_cloudwatch_log_group.waf

  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [each.value.arn]

  dynamic "redacted_fields" {
    for_each = ["authorization", "cookie"]
    iterator = header

    content {
      single_header {
        name = header.value
      }
    }
  }

  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      dynamic "condition" {
        for_each = ["BLOCK", "COUNT"]

        content {
          action_condition {
            action = condition.value
          }
        }
      }
    }
  }
}
