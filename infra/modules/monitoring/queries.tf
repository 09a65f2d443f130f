# Questions of an operator, as CloudWatch Logs Insights asks them.
locals {
  queries = {
    refusals = {
      title = "Refused calls by code and reason"
      group = var.function.log_group
      text  = <<-QUERY
        filter msg = "request" and status in [401, 403]
        | stats count(*) as calls, count_distinct(subject) as callers by code, reason, route
        | sort calls desc
      QUERY
    }
    errors = {
      title = "Requests that failed with 5xx"
      group = var.function.log_group
      text  = <<-QUERY
        filter msg = "request" and status >= 500
        | fields @timestamp, status, code, reason, route, ms, requestId
        | sort @timestamp desc
        | limit 100
      QUERY
    }
    slowest = {
      title = "Latency by route"
      group = var.function.log_group
      text  = <<-QUERY
        filter msg = "request"
        | stats count(*) as calls, pct(ms, 50) as p50, pct(ms, 99) as p99, max(ms) as slowest by route
        | sort p99 desc
      QUERY
    }
    request = {
      title = "Everything about one request: put its X-Request-Id in place of ID"
      group = var.function.log_group
      text  = <<-QUERY
        filter requestId = "ID" or lambdaRequestId = "ID"
        | sort @timestamp asc
      QUERY
    }
    person = {
      title = "What one person did: put the token's sub in place of SUBJECT"
      group = var.function.log_group
      text  = <<-QUERY
        filter msg = "request" and subject = "SUBJECT"
        | fields @timestamp, pool, method, route, status, code, requestId
        | sort @timestamp asc
      QUERY
    }
    gateway = {
      title = "Calls that the gateway refused, by route and address"
      group = var.api.log_group
      text  = <<-QUERY
        filter status >= 400
        | stats count(*) as calls by status, route, ip, authorizerError
        | sort calls desc
        | limit 100
      QUERY
    }
  }
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = { for key, query in local.queries : key => query if var.saved_queries }

  name            = "${var.name}/${each.key}"
  log_group_names = [each.value.group]
  query_string    = each.value.text
}
