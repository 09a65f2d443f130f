locals {
  # Managed policies (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html):
  # nothing is kept, and every header of the caller, Authorization included, goes on, but Host.
  caching_disabled                = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  all_viewer_except_host_header   = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
  statuses_that_cloudfront_caches = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]

  # AWS's own rule groups, in the order in which they see a request.
  managed_rules = ["AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet"]

  # The value that is sent, and the one that will be: the function accepts both, so that nobody waits for the other.
  secrets = toset([tostring(var.secret_number), tostring(var.secret_number + 1)])

  log_group = var.log_blocked ? toset(["aws-waf-logs-${var.name}"]) : toset([])
}

# A parameter, because its value is in no plan. It is random: 122 bits.
resource "aws_ssm_parameter" "secret" {
  for_each = local.secrets

  name  = "/${var.name}/origin-secret/${each.value}"
  type  = "SecureString"
  value = uuid()

  lifecycle {
    ignore_changes = [value]
  }
}

resource "aws_cloudfront_distribution" "this" {
  comment         = var.name
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  aliases         = [var.domain.name]
  web_acl_id      = aws_wafv2_web_acl.this.arn

  origin {
    origin_id   = "http-api"
    domain_name = var.origin

    custom_header {
      name  = "x-origin-verify"
      value = aws_ssm_parameter.secret[tostring(var.secret_number)].value
    }

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      # The API answers within 30 s, if only with 503.
      origin_read_timeout      = 35
      origin_keepalive_timeout = 60
    }
  }

  default_cache_behavior {
    target_origin_id = "http-api"
    # No redirect: a token that was sent in the clear is lost already.
    viewer_protocol_policy   = "https-only"
    allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = local.caching_disabled
    origin_request_policy_id = local.all_viewer_except_host_header
    compress                 = false
  }

  # Errors are kept for 10 s otherwise, whatever Cache-Control says: the 404 of one caller would be the next one's.
  dynamic "custom_error_response" {
    for_each = local.statuses_that_cloudfront_caches
    iterator = status

    content {
      error_code            = status.value
      error_caching_min_ttl = 0
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = var.domain.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }

  # What the deploy role knows it by.
  tags = {
    Name = var.name
  }
}
