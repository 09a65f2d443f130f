output "url" {
  description = "Where the API answers through CloudFront, without a trailing slash."
  value       = "https://${var.domain.name}"

  # The address is worth handing out once something answers there.
  depends_on = [aws_cloudfront_distribution.this]
}

output "domain_target" {
  description = "What the domain's alias (A and AAAA) or CNAME record points to."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "secret_digests" {
  description = "SHA-256, in hexadecimal, of the header's values that the origin accepts: the one that is sent, and the next."
  value       = [for number in sort(local.secrets) : nonsensitive(sha256(aws_ssm_parameter.secret[number].value))]
}
