output "url" {
  description = "Where the API answers, without a trailing slash."
  value       = aws_apigatewayv2_api.this.api_endpoint

  # The address is worth handing out once the stage, the routes and the permission are there.
  depends_on = [aws_apigatewayv2_stage.this, aws_apigatewayv2_route.this, aws_lambda_permission.this]
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
  value       = aws_apigatewayv2_api.this.api_endpoint
}
