locals {
  issuer = "https://${aws_cognito_user_pool.this.endpoint}"
  region = split(":", aws_cognito_user_pool.this.arn)[3]

  domain_url = try(
    "https://${aws_cognito_user_pool_domain.this["custom"].domain}",
    "https://${aws_cognito_user_pool_domain.this["prefix"].domain}.auth.${local.region}.amazoncognito.com",
    null,
  )
}

output "id" {
  description = "Id of the user pool, REGION_XXXXXXXXX."
  value       = aws_cognito_user_pool.this.id
}

output "name" {
  description = "Name of the user pool."
  value       = aws_cognito_user_pool.this.name
}

output "arn" {
  description = "ARN of the user pool."
  value       = aws_cognito_user_pool.this.arn
}

output "region" {
  description = "AWS Region that holds the pool."
  value       = local.region
}

output "issuer" {
  description = "Issuer of the pool's tokens, their `iss` claim."
  value       = local.issuer
}

output "jwks_uri" {
  description = "Where the pool publishes its signing keys."
  value       = "${local.issuer}/.well-known/jwks.json"
}

output "cognito_endpoint" {
  description = "Cognito's API endpoint for the pool."
  value       = "https://${split("/", aws_cognito_user_pool.this.endpoint)[0]}"
}

output "token_url" {
  description = "Token endpoint for machine clients; null without a domain."
  value       = local.domain_url == null ? null : "${local.domain_url}/oauth2/token"
}

output "domain_url" {
  description = "Where managed login and the OAuth endpoints are, without a trailing slash; null without a domain."
  value       = local.domain_url
}

output "domain_target" {
  description = "What the name of a custom domain must be an alias of in DNS; null without one."
  value       = one([for kind, domain in aws_cognito_user_pool_domain.this : domain.cloudfront_distribution if kind == "custom"])
}
