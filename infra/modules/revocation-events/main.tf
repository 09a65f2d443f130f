# Calls that end a user's sign-ins. RevokeToken is none of them: CloudTrail hides the token, so nobody knows which sign-in it was.
resource "aws_cloudwatch_event_rule" "this" {
  name        = var.name
  description = "Users whose sign-ins Cognito ended."

  event_pattern = jsonencode({
    source      = ["aws.cognito-idp"]
    detail-type = ["AWS API Call via CloudTrail"]
    detail = {
      eventSource = ["cognito-idp.amazonaws.com"]
      eventName   = ["AdminDisableUser", "AdminUserGlobalSignOut", "GlobalSignOut"]
      errorCode   = [{ exists = false }]
    }
  })
}

resource "aws_cloudwatch_event_target" "this" {
  rule = aws_cloudwatch_event_rule.this.name
  arn  = var.function.arn
}

resource "aws_lambda_permission" "this" {
  statement_id  = "revocation-events"
  action        = "lambda:InvokeFunction"
  function_name = var.function.name
  qualifier     = var.function.alias
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.this.arn
}
