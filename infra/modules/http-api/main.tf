locals {
  routes  = { for route in var.routes : route.routeKey => route }
  methods = distinct([for route in var.routes : split(" ", route.routeKey)[0]])

  # An authorizer has one time to live for all of its answers.
  access_routes = try(var.access_authorizer.routes, {})
  access_ttls   = toset([for seconds in values(local.access_routes) : tostring(seconds)])
  domains       = { for domain in [var.domain] : domain.name => domain if domain != null }
  address       = var.domain == null ? aws_apigatewayv2_api.this.api_endpoint : "https://${var.domain.name}"
  unguarded     = { for key, route in local.routes : key => route if route.pool == null && !contains(keys(local.access_routes), key) }

  # Never a header: one of them is the token.
  access_log = {
    requestId         = "$context.requestId"
    time              = "$context.requestTime"
    ip                = "$context.identity.sourceIp"
    route             = "$context.routeKey"
    method            = "$context.httpMethod"
    status            = "$context.status"
    latencyMs         = "$context.responseLatency"
    integrationStatus = "$context.integrationStatus"
    integrationMs     = "$context.integrationLatency"
    integrationError  = "$context.integrationErrorMessage"
    authorizerError   = "$context.authorizer.error"
    gatewayError      = "$context.error.message"
    responseBytes     = "$context.responseLength"
  }
}

resource "aws_apigatewayv2_api" "this" {
  name          = var.name
  protocol_type = "HTTP"

  # Where the API has a domain of its own, nothing goes around it.
  disable_execute_api_endpoint = var.domain != null

  dynamic "cors_configuration" {
    for_each = length(var.cors.origins) > 0 ? [var.cors] : []
    iterator = cors

    content {
      allow_origins     = cors.value.origins
      allow_credentials = cors.value.credentials
      allow_methods     = local.methods
      allow_headers     = cors.value.allow_headers
      expose_headers    = cors.value.expose_headers
      max_age           = 600
    }
  }
}

# Groups under /aws/vendedlogs/ share one resource policy, which has a size limit; others add to it one by one.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/vendedlogs/http-api/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_apigatewayv2_stage" "this" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.this.arn
    format          = jsonencode(local.access_log)
  }

  default_route_settings {
    throttling_rate_limit  = var.throttle.rate
    throttling_burst_limit = var.throttle.burst
  }

  # Calls that the gateway can't refuse for their token have a limit of their own.
  dynamic "route_settings" {
    for_each = local.unguarded
    iterator = route

    content {
      route_key              = route.key
      throttling_rate_limit  = var.throttle.without_authorizer.rate
      throttling_burst_limit = var.throttle.without_authorizer.burst
    }
  }

  # API Gateway refuses settings of a route that doesn't exist yet.
  depends_on = [aws_apigatewayv2_route.this]
}

resource "aws_apigatewayv2_domain_name" "this" {
  for_each = local.domains

  domain_name = each.key

  domain_name_configuration {
    certificate_arn = each.value.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "this" {
  for_each = aws_apigatewayv2_domain_name.this

  api_id      = aws_apigatewayv2_api.this.id
  domain_name = each.value.id
  stage       = aws_apigatewayv2_stage.this.id
}

resource "aws_apigatewayv2_authorizer" "this" {
  for_each = var.authorizers

  api_id           = aws_apigatewayv2_api.this.id
  name             = each.key
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = each.value.issuer
    audience = each.value.audience
  }
}

# Answers are kept by token and route: no other caller and no other route gets them.
resource "aws_apigatewayv2_authorizer" "access" {
  for_each = local.access_ttls

  api_id                            = aws_apigatewayv2_api.this.id
  name                              = "access-${each.key}s"
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = var.access_authorizer.invoke_arn
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = true
  identity_sources                  = ["$request.header.Authorization", "$context.routeKey"]
  authorizer_result_ttl_in_seconds  = tonumber(each.key)
}

resource "aws_apigatewayv2_integration" "this" {
  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = var.function.invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "this" {
  for_each = local.routes

  api_id    = aws_apigatewayv2_api.this.id
  route_key = each.key
  target    = "integrations/${aws_apigatewayv2_integration.this.id}"
  authorization_type = (
    contains(keys(local.access_routes), each.key) ? "CUSTOM" :
    each.value.pool == null ? "NONE" : "JWT"
  )
  authorizer_id = (
    contains(keys(local.access_routes), each.key) ? aws_apigatewayv2_authorizer.access[tostring(local.access_routes[each.key])].id :
    each.value.pool == null ? null : aws_apigatewayv2_authorizer.this[each.value.pool].id
  )
  authorization_scopes = length(each.value.scopes) > 0 && !contains(keys(local.access_routes), each.key) ? each.value.scopes : null

  # API Gateway answers 500 where it may not invoke a route's authorizer.
  depends_on = [aws_lambda_permission.access]
}

resource "aws_lambda_permission" "this" {
  statement_id  = "http-api"
  action        = "lambda:InvokeFunction"
  function_name = var.function.name
  qualifier     = var.function.alias
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/*"
}

resource "aws_lambda_permission" "access" {
  for_each = aws_apigatewayv2_authorizer.access

  statement_id  = "http-api-${each.value.name}"
  action        = "lambda:InvokeFunction"
  function_name = var.access_authorizer.name
  qualifier     = var.access_authorizer.alias
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/authorizers/${each.value.id}"
}
