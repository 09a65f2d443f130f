# Routes, pools, scopes, origins and limits that the API module refuses.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "fixture-api"
  function    = { name = "fixture-api", alias = "live", invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/live/invocations" }
  authorizers = { customers = { issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123", audience = ["people1234567890"] } }
  routes      = [{ routeKey = "GET /", pool = "customers" }]
}

run "an_unknown_pool_and_any_origin" {
  command = plan
  module {
    source = "./modules/http-api"
  }
  variables {
    name               = ""
    routes             = [{ routeKey = "POST /items", pool = "stuff" }]
    cors               = { origins = ["*"] }
    throttle           = { rate = 0 }
    domain             = { name = "api.example.com/", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b" }
    log_retention_days = 31
  }
  expect_failures = [var.name, var.authorizers, var.cors, var.throttle, var.domain, var.log_retention_days]
}

run "a_catch_all_and_an_origin_with_a_path" {
  command = plan
  module {
    source = "./modules/http-api"
  }
  variables {
    name   = join("", [for i in range(129) : "a"])
    routes = [{ routeKey = "$default", pool = "customers" }]
    cors   = { origins = ["https://app.example.com/"] }
  }
  expect_failures = [var.name, var.routes, var.cors]
}

run "eleven_authorizers" {
  command = plan
  module {
    source = "./modules/http-api"
  }
  variables {
    authorizers = { for letter in split("", "abcdefghijk") : letter => { issuer = "https://${letter}.example.com", audience = [letter] } }
    routes      = []
  }
  expect_failures = [var.authorizers]
}

run "a_greedy_route" {
  command = plan
  module {
    source = "./modules/http-api"
  }
  variables {
    routes = [{ routeKey = "GET /{proxy+}", pool = "customers" }]
  }
  expect_failures = [var.routes]
}

run "a_route_listed_twice" {
  command = plan
  module {
    source = "./modules/http-api"
  }
  variables {
    routes = [{ routeKey = "GET /", pool = "customers" }, { routeKey = "GET /", pool = null }]
  }
  expect_failures = [var.routes]
}

run "scopes_that_nobody_would_check" {
  command = plan
  module {
    source = "./modules/http-api"
  }
  variables {
    routes = [{ routeKey = "GET /", scopes = ["fixture-api/items.write"] }]
  }
  expect_failures = [var.routes]
}

run "a_scope_that_the_pool_does_not_define" {
  command = plan
  module {
    source = "./modules/http-api"
  }
  variables {
    routes = [{ routeKey = "PUT /items", pool = "customers", scopes = ["fixture-api/items.write", "fixture-api/items.wirte"] }]
    authorizers = {
      customers = { issuer = "https://customers.example.com", audience = ["people"], scopes = ["fixture-api/items.write"] }
    }
  }
  expect_failures = [var.authorizers]
}

run "routes_without_an_authorizer_closed_by_their_throttle" {
  command = plan
  module {
    source = "./modules/http-api"
  }
  variables {
    throttle = { without_authorizer = { rate = 0 } }
  }
  expect_failures = [var.throttle]
}

run "an_access_authorizer_of_another_build" {
  command = plan
  module {
    source = "./modules/http-api"
  }
  variables {
    access_authorizer = { name = "access", alias = "live", invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/access/live/invocations", routes = { "GET /gone" = 301 } }
  }
  expect_failures = [var.access_authorizer]
}

run "more_authorizers_than_an_api_takes" {
  command = plan
  module {
    source = "./modules/http-api"
  }
  variables {
    routes            = [for seconds in range(10) : { routeKey = "GET /${seconds}" }]
    access_authorizer = { name = "access", alias = "live", invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/access/live/invocations", routes = { for seconds in range(10) : "GET /${seconds}" => seconds } }
  }
  expect_failures = [var.authorizers]
}
