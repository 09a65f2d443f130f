locals {
  of_function = { function = var.function.name }
  of_lambda   = { FunctionName = var.function.name }
  # What the API invoked, without the checks of versions that get no calls yet.
  of_alias = { FunctionName = var.function.name, Resource = "${var.function.name}:${var.function.alias}" }
  of_api   = { ApiId = var.api.id, Stage = "$default" }

  # Of one metric each. All statistics are of `minutes` minutes; the alarm fires where `of` of the last `out_of` are at the threshold or above.
  metric_alarms = {
    server-errors = {
      description = "Responses with 5xx: callers see failures. Query \"errors\" says which."
      namespace   = "AWS/ApiGateway", metric = "5xx", dimensions = local.of_api, statistic = "Sum"
      minutes     = 5, threshold = var.thresholds.server_errors, of = 1, out_of = 1
    }
    slow = {
      description = "The slowest hundredth of the responses takes too long. Query \"slowest\" says which routes."
      namespace   = "AWS/ApiGateway", metric = "Latency", dimensions = local.of_api, statistic = "p99"
      minutes     = 5, threshold = var.thresholds.p99_ms, of = 3, out_of = 3
    }
    function-errors = {
      description = "Invocations ended without a response: a crash, the time limit, or no memory left."
      namespace   = "AWS/Lambda", metric = "Errors", dimensions = local.of_alias, statistic = "Sum"
      minutes     = 5, threshold = 1, of = 1, out_of = 1
    }
    throttled = {
      description = "Lambda refused invocations, for the account's limit or the function's reserved concurrency."
      namespace   = "AWS/Lambda", metric = "Throttles", dimensions = local.of_lambda, statistic = "Sum"
      minutes     = 1, threshold = 1, of = 2, out_of = 5
    }
    concurrency = {
      description = "Calls will be throttled soon: raise the limit, or find what makes calls slow."
      namespace   = "AWS/Lambda", metric = "ConcurrentExecutions", dimensions = local.of_lambda, statistic = "Maximum"
      minutes     = 1, threshold = var.thresholds.concurrency_share * var.function.concurrency_limit, of = 3, out_of = 5
    }
    key-outage = {
      description = "Signing keys could not be fetched. Tokens stay valid with the known keys for JWKS_MAX_STALE_SECONDS, in new processes with the carried ones; those that carry none answer 503."
      namespace   = var.namespace, metric = "keyFetchFailures", dimensions = local.of_function, statistic = "Sum"
      minutes     = 1, threshold = 1, of = 3, out_of = 5
    }
    table-throttled = {
      description = "DynamoDB throttles the table: one partition is too busy, or the table's own limit is reached."
      namespace   = var.namespace, metric = "tableThrottles", dimensions = local.of_function, statistic = "Sum"
      minutes     = 1, threshold = 1, of = 3, out_of = 5
    }
  }

  # Of the sums of several metrics in 5 minutes. A share of few requests says nothing: it counts as 0. Cognito counts sign-ins by client.
  share = "IF(whole >= ${var.thresholds.min_requests}, part / whole, 0)"
  expression_alarms = merge(
    {
      refused-by-app = {
        description = "The app refuses far more tokens than usual: an attack, or a client with the wrong settings. Query \"refusals\" says by which code."
        label       = "share of refusals", expression = local.share, threshold = var.thresholds.refused_share
        metrics = {
          part  = { namespace = var.namespace, name = "refusals", dimensions = local.of_function }
          whole = { namespace = var.namespace, name = "requests", dimensions = local.of_function }
        }
      }
      refused-by-gateway = {
        description = "Most calls end in 4xx: an attack, or a client with the wrong settings. Query \"gateway\" says at which routes and from where."
        label       = "share of 4xx", expression = local.share, threshold = var.thresholds.refused_share
        metrics = {
          part  = { namespace = "AWS/ApiGateway", name = "4xx", dimensions = local.of_api }
          whole = { namespace = "AWS/ApiGateway", name = "Count", dimensions = local.of_api }
        }
      }
    },
    { for key, pool in var.pools : "sign-ins-throttled-${key}" => {
      description = "Cognito throttles sign-ins of pool ${key}: its quota is used up, by people or by an attack."
      label       = "throttled sign-ins", expression = "SUM(METRICS())", threshold = 1
      metrics = { for index, client_id in pool.client_ids : "client${index}" => {
        namespace = "AWS/Cognito", name = "SignInThrottles", dimensions = { UserPool = pool.id, UserPoolClient = client_id }
      } }
    } },
  )
}

resource "aws_cloudwatch_metric_alarm" "metric" {
  for_each = local.metric_alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  period              = each.value.minutes * 60
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  datapoints_to_alarm = each.value.of
  evaluation_periods  = each.value.out_of
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
}

resource "aws_cloudwatch_metric_alarm" "expression" {
  for_each = local.expression_alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]

  metric_query {
    id          = "result"
    label       = each.value.label
    expression  = each.value.expression
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.metrics
    iterator = query

    content {
      id = query.key
      metric {
        namespace   = query.value.namespace
        metric_name = query.value.name
        dimensions  = query.value.dimensions
        period      = 300
        stat        = "Sum"
      }
    }
  }
}
