output "id" {
  description = "Id of the client: the audience of its tokens."
  value       = aws_cognito_user_pool_client.this.id
}

output "name" {
  description = "Name of the client."
  value       = aws_cognito_user_pool_client.this.name
}

output "secret" {
  description = "Secret of the client, if it has one."
  value       = aws_cognito_user_pool_client.this.client_secret
  sensitive   = true
}
