# Three columns of eight units, row by row: what callers see, what the guard and the keys do, what the machines do; then questions.
locals {
  # Only provider 6 knows the region's attribute of that name.
  region = element(split(":", aws_sns_topic.this.arn), 3)

  metric = { for name in ["requests", "refusals", "coldStarts", "tokenCacheHits", "keyFetches", "keyFetchFailures", "tableThrottles", "ms"] : name => [var.namespace, name, "function", var.function.name] }

  graphs = [
    {
      title = "Requests, and those that failed"
      stat  = "Sum"
      metrics = [
        ["AWS/ApiGateway", "Count", "ApiId", var.api.id, "Stage", "$default"],
        ["AWS/ApiGateway", "4xx", "ApiId", var.api.id, "Stage", "$default"],
        ["AWS/ApiGateway", "5xx", "ApiId", var.api.id, "Stage", "$default"],
      ]
    },
    {
      title = "Latency in ms: p50 and p99, at the gateway and in the app"
      stat  = "p99"
      metrics = [
        ["AWS/ApiGateway", "Latency", "ApiId", var.api.id, "Stage", "$default", { stat = "p50" }],
        ["AWS/ApiGateway", "Latency", "ApiId", var.api.id, "Stage", "$default"],
        concat(local.metric.ms, [{ stat = "p50" }]),
        local.metric.ms,
      ]
    },
    {
      title   = "Problems by code"
      stat    = "Sum"
      metrics = [[{ expression = "SEARCH('{\"${var.namespace}\",function,code} function=\"${var.function.name}\" MetricName=\"problems\"', 'Sum')" }]]
    },
    {
      title   = "Tokens from the cache, and refused ones"
      stat    = "Sum"
      metrics = [local.metric.requests, local.metric.tokenCacheHits, local.metric.refusals]
    },
    {
      title   = "Fetches of signing keys, and failures"
      stat    = "Sum"
      metrics = [local.metric.keyFetches, local.metric.keyFetchFailures]
    },
    {
      title = "Sign-ins, and throttled ones"
      stat  = "Sum"
      metrics = concat([for pool in values(var.pools) : concat([for client in pool.client_ids : [
        ["AWS/Cognito", "SignInSuccesses", "UserPool", pool.id, "UserPoolClient", client],
        ["AWS/Cognito", "SignInThrottles", "UserPool", pool.id, "UserPoolClient", client],
      ]]...)]...)
    },
    {
      title = "Invocations, errors and throttles"
      stat  = "Sum"
      metrics = [
        ["AWS/Lambda", "Invocations", "FunctionName", var.function.name],
        ["AWS/Lambda", "Errors", "FunctionName", var.function.name],
        ["AWS/Lambda", "Throttles", "FunctionName", var.function.name],
        local.metric.coldStarts,
      ]
    },
    {
      title   = "Running at once, of ${var.function.concurrency_limit}"
      stat    = "Maximum"
      metrics = [["AWS/Lambda", "ConcurrentExecutions", "FunctionName", var.function.name]]
    },
    {
      title   = "Attempts that DynamoDB throttled"
      stat    = "Sum"
      metrics = [local.metric.tableThrottles]
    },
  ]

  graph_widgets = [for index, graph in local.graphs : {
    type   = "metric"
    x      = index % 3 * 8
    y      = floor(index / 3) * 6
    width  = 8
    height = 6
    properties = {
      title   = graph.title
      region  = local.region
      stat    = graph.stat
      period  = 60
      view    = "timeSeries"
      metrics = graph.metrics
    }
  }]

  query_widgets = [for index, key in ["refusals", "slowest", "errors", "gateway"] : {
    type   = "log"
    x      = index % 2 * 12
    y      = 18 + floor(index / 2) * 8
    width  = 12
    height = 8
    properties = {
      title  = local.queries[key].title
      region = local.region
      view   = "table"
      query  = "SOURCE '${local.queries[key].group}' | ${local.queries[key].text}"
    }
  }]

  widgets = concat(local.graph_widgets, local.query_widgets)
}
