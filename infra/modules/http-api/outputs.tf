output "url" {
  description = "Where the API answers, without a trailing slash."
  value       = local.address

  # The address is worth handing out once the stage, the routes and the permission are there.
  depends_on = [aws_apigatewayv2_stage.this, aws_apigatewayv2_route.this, aws_lambda_permission.this, aws_apigatewayv2_api_mapping.this]
}

output "id" {
  description = "Id of the API."
  value       = aws_apigatewayv2_api.this.id
}

output "log_group" {
  description = "Name of the log group with the access log."
  value       = aws_cloudwatch_log_group.this.name
}

output "address" {
  description = "The same, known before it answers: clients that return to the API are made before its authorizers."
  value       = local.address
}

output "domain_target" {
  description = "What the domain's alias (A) or CNAME record points to; null without a domain."
  value       = one([for domain in values(aws_apigatewayv2_domain_name.this) : domain.domain_name_configuration[0].target_domain_name])
}
