# What each module makes of its inputs.

mock_provider "aws" {
  source = "./tests/mocks"
}

# First, because a later change of user names is ignored.
run "user_pool_of_addresses" {
  module {
    source = "./modules/user-pool"
  }
  variables {
    name    = "customers"
    sign_in = { usernames = ["email"], verified_attributes = ["email"], self_registration = true }
    domain  = "fixture-customers"
  }

  assert {
    condition     = aws_cognito_user_pool.this.username_attributes == toset(["email"]) && aws_cognito_user_pool.this.alias_attributes == null
    error_message = "People sign in with their e-mail address, which is their user name."
  }
  assert {
    condition     = output.domain_url == "https://fixture-customers.auth.eu-west-1.amazoncognito.com" && output.token_url == "${output.domain_url}/oauth2/token" && output.domain_target == null
    error_message = "A prefix domain is Cognito's own, in the pool's Region."
  }
}

run "user_pool_defaults" {
  module {
    source = "./modules/user-pool"
  }
  variables {
    name = "customers"
  }

  assert {
    condition     = aws_cognito_user_pool.this.admin_create_user_config[0].allow_admin_create_user_only
    error_message = "Self-registration is off by default."
  }
  assert {
    condition     = aws_cognito_user_pool.this.mfa_configuration == "OPTIONAL" && aws_cognito_user_pool.this.software_token_mfa_configuration[0].enabled
    error_message = "Everyone may choose a second factor by default."
  }
  assert {
    condition = [for rule in aws_cognito_user_pool.this.password_policy :
      rule.minimum_length >= 12 && rule.require_lowercase && rule.require_uppercase && rule.require_numbers && rule.require_symbols
    ] == [true]
    error_message = "Passwords are long and mixed by default."
  }
  assert {
    condition     = !aws_cognito_user_pool.this.username_configuration[0].case_sensitive
    error_message = "Chef and chef are the same person."
  }
  assert {
    condition     = length(aws_cognito_user_pool.this.user_pool_add_ons) == 0
    error_message = "Tiers without threat protection are not asked for it."
  }
  assert {
    condition     = length(aws_cognito_user_pool_domain.this) + length(aws_cognito_resource_server.this) + length(aws_lambda_permission.trigger) == 0
    error_message = "A pool has no domain, no scopes and no triggers until they are asked for."
  }
}

run "user_pool_in_full" {
  module {
    source = "./modules/user-pool"
  }
  variables {
    name                = "staff"
    sign_in             = { recovery = ["verified_email", "verified_phone_number"], verified_attributes = ["email"], ses_identity_arn = "arn:aws:ses:eu-west-1:123456789012:identity/example.com" }
    mfa                 = "ON"
    tier                = "PLUS"
    deletion_protection = true
    attributes          = { tenant = { type = "string", max = 36, mutable = false }, level = { type = "number", min = 1, max = 9 } }
    groups              = { chefs = "May add items." }
    resource_servers    = { fixture-api = { "items.write" = "Add items." } }
    domain              = "fixture-staff"
    custom_domain       = { name = "login.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b" }
    login_pages         = { version = 1, css = ".banner-customizable { background: #fff }" }
    sender_key_arn      = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-1111-2222-3333-444455556666"
    lambda_triggers = {
      custom_email_sender  = "arn:aws:lambda:eu-west-1:123456789012:function:mail:live"
      pre_sign_up          = "arn:aws:lambda:eu-west-1:123456789012:function:greeter"
      pre_token_generation = "arn:aws:lambda:eu-west-1:123456789012:function:scopes:live"
    }
  }

  assert {
    condition     = aws_cognito_user_pool.this.deletion_protection == "ACTIVE" && aws_cognito_user_pool.this.user_pool_tier == "PLUS" && aws_cognito_user_pool.this.mfa_configuration == "ON"
    error_message = "Protection, feature plan and MFA are inputs."
  }
  assert {
    condition     = one(aws_cognito_user_pool.this.user_pool_add_ons).advanced_security_mode == "ENFORCED"
    error_message = "The tier that pays for threat protection turns it on."
  }
  assert {
    condition     = { for mechanism in aws_cognito_user_pool.this.account_recovery_setting[0].recovery_mechanism : mechanism.priority => mechanism.name } == { "1" = "verified_email", "2" = "verified_phone_number" }
    error_message = "Ways of recovery keep their order."
  }
  assert {
    condition     = aws_cognito_user_pool.this.email_configuration[0].email_sending_account == "DEVELOPER"
    error_message = "With an SES identity, SES sends the e-mail."
  }
  assert {
    condition = { for attribute in aws_cognito_user_pool.this.schema : attribute.name => [attribute.attribute_data_type, attribute.mutable, attribute.required] } == {
      tenant = ["String", false, false]
      level  = ["Number", true, false]
    }
    error_message = "Attributes are made by name."
  }
  assert {
    condition     = [for attribute in aws_cognito_user_pool.this.schema : attribute.string_attribute_constraints[0] if attribute.name == "tenant"] == [{ min_length = "0", max_length = "36" }]
    error_message = "The length of a text has both bounds, as Cognito returns them."
  }
  assert {
    condition     = aws_cognito_user_group.this["chefs"].description == "May add items."
    error_message = "Groups are made by name."
  }
  assert {
    condition     = one(aws_cognito_resource_server.this["fixture-api"].scope).scope_name == "items.write"
    error_message = "Scopes are made by name."
  }
  assert {
    condition     = aws_cognito_user_pool.this.lambda_config[0].pre_sign_up == "arn:aws:lambda:eu-west-1:123456789012:function:greeter"
    error_message = "Triggers are set by name."
  }
  assert {
    condition     = one(aws_cognito_user_pool.this.lambda_config[0].custom_email_sender).lambda_arn == var.lambda_triggers.custom_email_sender && one(aws_cognito_user_pool.this.lambda_config[0].custom_email_sender).lambda_version == "V1_0" && aws_cognito_user_pool.this.lambda_config[0].kms_key_id == var.sender_key_arn
    error_message = "The trigger that sends e-mails gets codes that the key encrypts."
  }
  assert {
    condition     = aws_cognito_user_pool.this.lambda_config[0].pre_token_generation_config[0].lambda_version == "V2_0"
    error_message = "The token trigger may change access tokens."
  }
  assert {
    condition = {
      for permission in aws_lambda_permission.trigger : permission.function_name => coalesce(permission.qualifier, "none") if permission.source_arn == aws_cognito_user_pool.this.arn
      } == {
      "arn:aws:lambda:eu-west-1:123456789012:function:mail"    = "live"
      "arn:aws:lambda:eu-west-1:123456789012:function:greeter" = "none"
      "arn:aws:lambda:eu-west-1:123456789012:function:scopes"  = "live"
    }
    error_message = "Cognito is permitted to invoke each trigger, for this pool alone."
  }
  assert {
    condition = jsonencode({ for kind, domain in aws_cognito_user_pool_domain.this : kind => [domain.domain, domain.certificate_arn, domain.managed_login_version] }) == jsonencode({
      prefix = ["fixture-staff", null, 1]
      custom = ["login.example.com", "arn:aws:acm:us-east-1:123456789012:certificate/0a1b", 1]
    })
    error_message = "A custom domain is there beside the prefix, with its certificate."
  }
  assert {
    condition     = output.domain_url == "https://login.example.com" && output.token_url == "https://login.example.com/oauth2/token"
    error_message = "A custom domain is where people sign in and machines get their tokens."
  }
  assert {
    condition     = output.domain_target == "d1234.cloudfront.net"
    error_message = "The output says what DNS must point to."
  }
  assert {
    condition     = aws_cognito_user_pool_ui_customization.this["all"].css == ".banner-customizable { background: #fff }"
    error_message = "The pages of version 1 have the CSS that they are given."
  }
}

run "user_pool_that_only_audits" {
  module {
    source = "./modules/user-pool"
  }
  variables {
    name              = "staff"
    tier              = "PLUS"
    threat_protection = "AUDIT"
  }

  assert {
    condition     = one(aws_cognito_user_pool.this.user_pool_add_ons).advanced_security_mode == "AUDIT"
    error_message = "Threat protection can be tried out."
  }
}

run "client_for_people" {
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name         = "people"
    user_pool_id = "eu-west-1_AbCdEf123"
  }

  assert {
    condition     = aws_cognito_user_pool_client.this.enable_token_revocation && aws_cognito_user_pool_client.this.prevent_user_existence_errors == "ENABLED"
    error_message = "By default tokens can be revoked, and a sign-in doesn't reveal who has an account."
  }
  assert {
    condition     = aws_cognito_user_pool_client.this.explicit_auth_flows == toset(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    error_message = "People sign in with a password and renew."
  }
  assert {
    condition     = aws_cognito_user_pool_client.this.generate_secret
    error_message = "A client has a secret by default."
  }
  assert {
    condition     = [aws_cognito_user_pool_client.this.access_token_validity, aws_cognito_user_pool_client.this.id_token_validity, aws_cognito_user_pool_client.this.refresh_token_validity] == [60, 60, 720]
    error_message = "Tokens are valid for an hour, a session for 30 days."
  }
  assert {
    condition     = one(aws_cognito_user_pool_client.this.token_validity_units) == { access_token = "minutes", id_token = "minutes", refresh_token = "hours" }
    error_message = "The units are always set."
  }
  assert {
    condition     = !aws_cognito_user_pool_client.this.allowed_oauth_flows_user_pool_client
    error_message = "A client for people has no OAuth flow."
  }
}

run "client_without_a_secret" {
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name         = "public"
    user_pool_id = "eu-west-1_AbCdEf123"
    secret       = false
    auth_flows   = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  }

  assert {
    condition     = !aws_cognito_user_pool_client.this.generate_secret && aws_cognito_user_pool_client.this.explicit_auth_flows == toset(["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    error_message = "Pages and devices sign in without a secret."
  }
  assert {
    condition     = !aws_cognito_user_pool_client.this.allowed_oauth_flows_user_pool_client && one(aws_cognito_user_pool_client.this.refresh_token_rotation) == { feature = "DISABLED", retry_grace_period_seconds = 0 }
    error_message = "A client has neither managed login nor rotation until it is asked for."
  }
}

run "client_with_managed_login" {
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name                   = "public"
    user_pool_id           = "eu-west-1_AbCdEf123"
    secret                 = false
    auth_flows             = ["ALLOW_USER_SRP_AUTH"]
    rotation_grace_seconds = 10
    managed_login = {
      callback_urls = ["https://app.example.com/", "https://app.example.com:8443/back?from=login", "http://localhost:5173/", "http://[::1]/", "com.example.app:/back", "myapp://back"]
      logout_urls   = ["http://127.0.0.1"]
    }
  }

  assert {
    condition     = aws_cognito_user_pool_client.this.allowed_oauth_flows_user_pool_client && aws_cognito_user_pool_client.this.allowed_oauth_flows == toset(["code"]) && aws_cognito_user_pool_client.this.supported_identity_providers == toset(["COGNITO"])
    error_message = "People get a code on Cognito's pages, and never a token in an address."
  }
  assert {
    condition     = aws_cognito_user_pool_client.this.callback_urls == var.managed_login.callback_urls && aws_cognito_user_pool_client.this.logout_urls == var.managed_login.logout_urls
    error_message = "They return to the given addresses: TLS, an app's own scheme, and loopback."
  }
  assert {
    condition     = aws_cognito_user_pool_client.this.allowed_oauth_scopes == toset(["openid", "email", "profile", "aws.cognito.signin.user.admin"])
    error_message = "The scopes are OpenID Connect's by default, none of the pool's."
  }
  assert {
    condition     = one(aws_cognito_user_pool_client.this.refresh_token_rotation) == { feature = "ENABLED", retry_grace_period_seconds = 10 }
    error_message = "Rotation and its grace are inputs."
  }
}

run "client_for_machines" {
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name         = "machine"
    user_pool_id = "eu-west-1_AbCdEf123"
    auth_flows   = []
    scopes       = ["fixture-api/items.write"]
  }

  assert {
    condition     = aws_cognito_user_pool_client.this.allowed_oauth_flows == toset(["client_credentials"])
    error_message = "A machine uses client credentials and no other flow."
  }
  assert {
    condition     = aws_cognito_user_pool_client.this.allowed_oauth_scopes == toset(["fixture-api/items.write"])
    error_message = "A machine has the scopes it asked for."
  }
  assert {
    condition     = aws_cognito_user_pool_client.this.explicit_auth_flows == toset(["ALLOW_REFRESH_TOKEN_AUTH"])
    error_message = "Nobody signs in with a password through a machine's client."
  }
}

run "function" {
  module {
    source = "./modules/function"
  }
  variables {
    name         = "fixture-api"
    package_file = "tests/package/lambda.zip"
    environment  = { TABLE_NAME = "items" }
    permissions  = [{ actions = ["dynamodb:GetItem"], resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/items"] }]
  }

  assert {
    condition     = aws_lambda_function.this.handler == "index.handler" && aws_lambda_function.this.runtime == "nodejs22.x" && aws_lambda_function.this.architectures == tolist(["arm64"])
    error_message = "The package runs on Node.js 22 on arm64."
  }
  assert {
    condition     = aws_lambda_function.this.source_code_hash == filebase64sha256("tests/package/lambda.zip")
    error_message = "Another package is another version."
  }
  assert {
    condition     = aws_lambda_function.this.publish && aws_lambda_alias.following["live"].function_version == "7" && length(aws_lambda_alias.released) == 0
    error_message = "The alias live follows the published version, unless it is released separately."
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables == tomap({ TABLE_NAME = "items" })
    error_message = "The environment reaches the function."
  }
  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/fixture-api" && aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "The log group is the one that Lambda writes to, and is kept for 30 days."
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.this.policy).Statement == [
      { Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Effect = "Allow", Resource = ["arn:aws:logs:eu-west-1:123456789012:log-group:a-log:*"] },
      { Action = ["dynamodb:GetItem"], Effect = "Allow", Resource = ["arn:aws:dynamodb:eu-west-1:123456789012:table/items"] },
    ]
    error_message = "The role may write its own log, do what `permissions` names, and nothing else."
  }
  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Principal == { Service = "lambda.amazonaws.com" }
    error_message = "Lambda alone may assume the role."
  }
  assert {
    condition     = coalesce(aws_lambda_function.this.reserved_concurrent_executions, -1) == -1
    error_message = "No concurrency is reserved until it is asked for."
  }
  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "PassThrough"
    error_message = "Tracing is off by default."
  }
}

run "function_with_reserved_concurrency" {
  module {
    source = "./modules/function"
  }
  variables {
    name         = "fixture-api"
    package_file = "tests/package/lambda.zip"
    size         = { reserved_concurrency = 50 }
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 50
    error_message = "Concurrency is reserved when asked for."
  }
}

run "function_traced" {
  module {
    source = "./modules/function"
  }
  variables {
    name         = "fixture-api"
    package_file = "tests/package/lambda.zip"
    tracing      = true
  }

  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "Active" && contains(flatten(jsondecode(aws_iam_role_policy.this.policy).Statement[*].Action), "xray:PutTraceSegments")
    error_message = "A traced function may send its traces."
  }
}

run "http_api" {
  module {
    source = "./modules/http-api"
  }
  variables {
    name     = "fixture-api"
    function = { name = "fixture-api", alias = "live", invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/live/invocations" }
    authorizers = {
      customers = { issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123", audience = ["people1234567890"] }
      staff     = { issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff0000", audience = ["staff1234567890"], scopes = ["fixture-api/items.write"] }
    }
    routes = [
      { routeKey = "GET /health", pool = null },
      { routeKey = "GET /", pool = "customers" },
      { routeKey = "POST /items", pool = "staff", scopes = ["fixture-api/items.write"] },
    ]
    cors     = { origins = ["https://app.example.com"], allow_headers = ["authorization", "if-match"], expose_headers = ["etag"] }
    throttle = { rate = 10, without_authorizer = { burst = 5 } }
  }

  assert {
    condition     = keys(aws_apigatewayv2_route.this) == ["GET /", "GET /health", "POST /items"]
    error_message = "The routes are those of the file, and no catch-all."
  }
  assert {
    condition     = aws_apigatewayv2_route.this["GET /"].authorization_type == "JWT" && aws_apigatewayv2_route.this["GET /"].authorizer_id == aws_apigatewayv2_authorizer.this["customers"].id
    error_message = "A pool's route has the pool's authorizer."
  }
  assert {
    condition     = aws_apigatewayv2_route.this["POST /items"].authorizer_id == aws_apigatewayv2_authorizer.this["staff"].id && aws_apigatewayv2_route.this["POST /items"].authorization_scopes == toset(["fixture-api/items.write"])
    error_message = "A route asks for its scopes."
  }
  assert {
    condition     = aws_apigatewayv2_route.this["GET /health"].authorization_type == "NONE" && aws_apigatewayv2_route.this["GET /health"].authorizer_id == null
    error_message = "The app alone checks a route without a pool."
  }
  assert {
    condition     = alltrue([for route in aws_apigatewayv2_route.this : route.target == "integrations/int1234"])
    error_message = "Every route goes to the function."
  }
  assert {
    condition     = one(aws_apigatewayv2_authorizer.this["customers"].jwt_configuration).issuer == "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123" && one(aws_apigatewayv2_authorizer.this["customers"].jwt_configuration).audience == toset(["people1234567890"])
    error_message = "An authorizer accepts its own pool's tokens, for its own clients."
  }
  assert {
    condition     = aws_apigatewayv2_authorizer.this["staff"].identity_sources == toset(["$request.header.Authorization"])
    error_message = "A token is read from the Authorization header."
  }
  assert {
    condition     = aws_apigatewayv2_integration.this.integration_uri == "arn:aws:apigateway:eu-west-1:lambda:path/live/invocations" && aws_apigatewayv2_integration.this.payload_format_version == "2.0"
    error_message = "The alias is invoked, with payload format 2.0."
  }
  assert {
    condition     = aws_apigatewayv2_stage.this.name == "$default" && aws_apigatewayv2_stage.this.auto_deploy
    error_message = "The stage is the default one and deploys itself."
  }
  assert {
    condition     = aws_apigatewayv2_stage.this.default_route_settings[0].throttling_rate_limit == 10 && aws_apigatewayv2_stage.this.default_route_settings[0].throttling_burst_limit == 200
    error_message = "The API is throttled."
  }
  assert {
    condition     = { for limit in aws_apigatewayv2_stage.this.route_settings : limit.route_key => [limit.throttling_rate_limit, limit.throttling_burst_limit] } == { "GET /health" = [20, 5] }
    error_message = "Routes without an authorizer have a smaller share of their own."
  }
  assert {
    condition     = length(setsubtract(["requestId", "route", "status", "integrationStatus", "authorizerError", "ip", "latencyMs"], keys(jsondecode(aws_apigatewayv2_stage.this.access_log_settings[0].format)))) == 0
    error_message = "The access log is JSON with caller, route and outcome."
  }
  assert {
    condition     = !strcontains(lower(aws_apigatewayv2_stage.this.access_log_settings[0].format), "header")
    error_message = "No header is logged: one of them is the token."
  }
  assert {
    condition     = aws_apigatewayv2_stage.this.access_log_settings[0].destination_arn == aws_cloudwatch_log_group.this.arn && aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "The access log group has a retention."
  }
  assert {
    condition     = aws_lambda_permission.this.function_name == "fixture-api" && aws_lambda_permission.this.qualifier == "live" && aws_lambda_permission.this.source_arn == "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/*/*"
    error_message = "This API alone invokes the alias, and the alias alone."
  }
  assert {
    condition     = aws_apigatewayv2_api.this.cors_configuration[0].allow_origins == toset(["https://app.example.com"]) && aws_apigatewayv2_api.this.cors_configuration[0].allow_methods == toset(["GET", "POST"]) && !aws_apigatewayv2_api.this.cors_configuration[0].allow_credentials
    error_message = "CORS names the origins and the methods, without credentials."
  }
  assert {
    condition     = aws_apigatewayv2_api.this.cors_configuration[0].allow_headers == toset(["authorization", "if-match"]) && aws_apigatewayv2_api.this.cors_configuration[0].expose_headers == toset(["etag"])
    error_message = "CORS names the headers that pages may send and read."
  }
}

run "http_api_with_an_access_authorizer" {
  module {
    source = "./modules/http-api"
  }
  variables {
    name     = "fixture-api"
    function = { name = "fixture-api", alias = "live", invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/live/invocations" }
    authorizers = {
      customers = { issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123", audience = ["people1234567890"] }
      staff     = { issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff0000", audience = ["staff1234567890"], scopes = ["fixture-api/items.write"] }
    }
    access_authorizer = {
      name       = "fixture-api-access-authorizer"
      alias      = "live"
      invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/access/live/invocations"
      routes     = { "GET /me" = 300, "POST /items" = 300, "PUT /items" = 5 }
    }
    routes = [
      { routeKey = "GET /health", pool = null },
      { routeKey = "GET /", pool = "customers" },
      { routeKey = "GET /me", pool = null },
      { routeKey = "POST /items", pool = "staff" },
      { routeKey = "PUT /items", pool = "staff", scopes = ["fixture-api/items.write"] },
    ]
  }

  assert {
    condition     = { for key, route in aws_apigatewayv2_route.this : key => route.authorization_type } == { "GET /" = "JWT", "GET /health" = "NONE", "GET /me" = "CUSTOM", "POST /items" = "CUSTOM", "PUT /items" = "CUSTOM" }
    error_message = "The access authorizer has its own routes, and no others."
  }
  assert {
    condition     = keys(aws_apigatewayv2_authorizer.access) == ["300", "5"] && aws_apigatewayv2_route.this["GET /me"].authorizer_id == aws_apigatewayv2_authorizer.access["300"].id && aws_apigatewayv2_route.this["PUT /items"].authorizer_id == aws_apigatewayv2_authorizer.access["5"].id
    error_message = "A route's answers are kept as long as the route says."
  }
  assert {
    condition = alltrue([for ttl, authorizer in aws_apigatewayv2_authorizer.access :
      authorizer.authorizer_type == "REQUEST" && authorizer.authorizer_uri == "arn:aws:apigateway:eu-west-1:lambda:path/access/live/invocations" &&
      authorizer.authorizer_payload_format_version == "2.0" && authorizer.enable_simple_responses &&
      authorizer.authorizer_result_ttl_in_seconds == tonumber(ttl) &&
      authorizer.identity_sources == toset(["$request.header.Authorization", "$context.routeKey"])
    ])
    error_message = "It is asked by payload format 2.0, and its answers are kept by token and route."
  }
  assert {
    condition     = aws_apigatewayv2_route.this["PUT /items"].authorization_scopes == null
    error_message = "Scopes are the access authorizer's to check."
  }
  assert {
    condition     = [for limit in aws_apigatewayv2_stage.this.route_settings : limit.route_key] == ["GET /health"]
    error_message = "Its routes share the limit of those with an authorizer."
  }
  assert {
    condition = alltrue([for ttl, permission in aws_lambda_permission.access :
      permission.function_name == "fixture-api-access-authorizer" && permission.qualifier == "live" && permission.principal == "apigateway.amazonaws.com" &&
      permission.source_arn == "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/authorizers/${aws_apigatewayv2_authorizer.access[ttl].id}"
    ])
    error_message = "This API's authorizers alone invoke it, and the alias alone."
  }
}

run "http_api_without_cors" {
  module {
    source = "./modules/http-api"
  }
  variables {
    name        = "fixture-api"
    function    = { name = "fixture-api", alias = "live", invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/live/invocations" }
    authorizers = {}
    routes      = [{ routeKey = "GET /health" }]
  }

  assert {
    condition     = length(aws_apigatewayv2_authorizer.access) + length(aws_lambda_permission.access) == 0
    error_message = "There is no access authorizer until it is asked for."
  }
  assert {
    condition     = length(aws_apigatewayv2_api.this.cors_configuration) == 0
    error_message = "There is no CORS until an origin is named."
  }
}

run "table" {
  module {
    source = "./modules/table"
  }
  variables {
    name             = "fixture-api"
    key              = { hash_key = "pk", range_key = "sk" }
    indexes          = { byOwner = { hash_key = "byOwnerPk", range_key = "sk" }, byDay = { hash_key = "byDayPk", range_key = "byDaySk" } }
    expiry_attribute = "expiresAt"
  }

  assert {
    condition     = aws_dynamodb_table.this.hash_key == "pk" && aws_dynamodb_table.this.range_key == "sk"
    error_message = "The key is the declared one."
  }
  assert {
    condition     = { for attribute in aws_dynamodb_table.this.attribute : attribute.name => attribute.type } == { pk = "S", sk = "S", byOwnerPk = "S", byDayPk = "S", byDaySk = "S" }
    error_message = "Every attribute of a key is a string, defined once."
  }
  assert {
    condition     = { for index in aws_dynamodb_table.this.global_secondary_index : index.name => [index.hash_key, index.range_key, index.projection_type] } == { byOwner = ["byOwnerPk", "sk", "ALL"], byDay = ["byDayPk", "byDaySk", "ALL"] }
    error_message = "Each index has its key and whole items."
  }
  assert {
    condition     = output.arns == ["arn:aws:dynamodb:eu-west-1:123456789012:table/fixture-api", "arn:aws:dynamodb:eu-west-1:123456789012:table/fixture-api/index/byDay", "arn:aws:dynamodb:eu-west-1:123456789012:table/fixture-api/index/byOwner"]
    error_message = "Permissions name the table and each index."
  }
  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST"
    error_message = "The table is paid for by request."
  }
  assert {
    condition     = aws_dynamodb_table.this.server_side_encryption[0].enabled
    error_message = "The table is encrypted."
  }
  assert {
    condition     = aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "The table can be restored to a point in time."
  }
  assert {
    condition     = aws_dynamodb_table.this.ttl[0].enabled && aws_dynamodb_table.this.ttl[0].attribute_name == "expiresAt"
    error_message = "Expired items are deleted."
  }
}

run "monitoring" {
  module {
    source = "./modules/monitoring"
  }
  variables {
    name       = "fixture-api-dev"
    namespace  = "fixture-api"
    function   = { name = "fixture-api-dev", alias = "live", log_group = "/aws/lambda/fixture-api-dev", concurrency_limit = 50 }
    api        = { id = "a1b2c3d4e5", log_group = "/aws/vendedlogs/http-api/fixture-api-dev" }
    pools      = { customers = { id = "eu-west-1_AbCdEf123", client_ids = ["people1234567890", "pages1234567890"] } }
    emails     = ["ops@example.com"]
    thresholds = { refused_share = 0.25 }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.metric["concurrency"].threshold == 40
    error_message = "The alarm fires at four fifths of the limit."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.metric["slow"].extended_statistic == "p99" && aws_cloudwatch_metric_alarm.metric["slow"].statistic == null
    error_message = "A percentile is an extended statistic."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.expression["refused-by-app"].threshold == 0.25 && aws_cloudwatch_metric_alarm.expression["refused-by-gateway"].threshold == 0.25
    error_message = "Thresholds can be set."
  }
  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.metric), values(aws_cloudwatch_metric_alarm.expression)) : alarm.alarm_actions == toset([aws_sns_topic.this.arn]) && alarm.treat_missing_data == "notBreaching"])
    error_message = "Every alarm goes to the topic, and none fires for want of traffic."
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.expression["sign-ins-throttled-customers"].metric_query) == 3
    error_message = "Sign-ins are summed over the pool's clients."
  }
  assert {
    condition     = aws_cloudwatch_query_definition.this["gateway"].log_group_names == tolist(["/aws/vendedlogs/http-api/fixture-api-dev"])
    error_message = "What the gateway refused is in the access log."
  }
  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 13
    error_message = "The dashboard has nine graphs and four questions."
  }
}

run "revocation_events" {
  module {
    source = "./modules/revocation-events"
  }
  variables {
    name     = "fixture-api-revocation-events"
    function = { name = "fixture-api-revocation-events", alias = "live", arn = "arn:aws:lambda:eu-west-1:123456789012:function:fixture-api-revocation-events:live" }
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this.event_pattern).detail.eventName == ["AdminDisableUser", "AdminUserGlobalSignOut", "GlobalSignOut"]
    error_message = "The rule matches the calls that end a user's sign-ins."
  }
  assert {
    condition     = aws_lambda_permission.this.source_arn == aws_cloudwatch_event_rule.this.arn && aws_lambda_permission.this.qualifier == "live"
    error_message = "This rule alone may invoke the function, by its alias."
  }
}

run "tenant_role" {
  module {
    source = "./modules/tenant-role"
  }
  variables {
    name          = "fixture-api-tenant"
    function_role = { name = "fixture-api", arn = "arn:aws:iam::123456789012:role/fixture-api" }
    actions       = ["dynamodb:GetItem"]
    table_arns    = ["arn:aws:dynamodb:eu-west-1:123456789012:table/fixture-api"]
  }

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement == [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::123456789012:role/fixture-api" } }]
    error_message = "The function's role alone may assume it."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.this.policy).Statement[0].Condition == { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["tenant \"*"] }, Null = { "dynamodb:LeadingKeys" = "false" } }
    error_message = "It reaches tenants' items and no others."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.function.policy).Statement[1].Effect == "Deny" && aws_iam_role_policy.function.role == "fixture-api"
    error_message = "The function's own role is denied them."
  }
}

run "tenant_role_that_is_not_exclusive" {
  module {
    source = "./modules/tenant-role"
  }
  variables {
    name          = "fixture-api-tenant"
    function_role = { name = "fixture-api", arn = "arn:aws:iam::123456789012:role/fixture-api" }
    actions       = ["dynamodb:GetItem"]
    table_arns    = ["arn:aws:dynamodb:eu-west-1:123456789012:table/fixture-api"]
    exclusive     = false
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.function.policy).Statement[*].Action == [["sts:AssumeRole"]]
    error_message = "The function's role may assume it, and is denied nothing."
  }
}

run "http_api_with_a_domain" {
  module {
    source = "./modules/http-api"
  }
  variables {
    name        = "fixture-api"
    function    = { name = "fixture-api", alias = "live", invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/live/invocations" }
    authorizers = {}
    routes      = [{ routeKey = "GET /health" }]
    domain      = { name = "origin.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b" }
  }

  assert {
    condition     = aws_apigatewayv2_api.this.disable_execute_api_endpoint && output.url == "https://origin.example.com" && output.address == output.url
    error_message = "The API answers at its own domain alone."
  }
  assert {
    condition = jsonencode([for domain in values(aws_apigatewayv2_domain_name.this) : domain.domain_name_configuration[*]]) != "[]" && alltrue([
      for configuration in aws_apigatewayv2_domain_name.this["origin.example.com"].domain_name_configuration :
      configuration.endpoint_type == "REGIONAL" && configuration.security_policy == "TLS_1_2" && configuration.certificate_arn == "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b"
    ])
    error_message = "The domain is the Region's, speaks TLS 1.2, and has the given certificate."
  }
  assert {
    condition     = aws_apigatewayv2_api_mapping.this["origin.example.com"].api_id == "a1b2c3d4e5" && aws_apigatewayv2_api_mapping.this["origin.example.com"].stage == aws_apigatewayv2_stage.this.id
    error_message = "The domain leads to the API's stage, without a prefix."
  }
}

run "edge" {
  module {
    source = "./modules/edge"
  }
  variables {
    name        = "fixture-api"
    domain      = { name = "api.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b" }
    origin      = "origin.example.com"
    log_blocked = true
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.origin).domain_name == "origin.example.com" && one(one(aws_cloudfront_distribution.this.origin).custom_origin_config).origin_protocol_policy == "https-only" && aws_cloudfront_distribution.this.aliases == toset(["api.example.com"])
    error_message = "CloudFront answers at the public name, and calls the API's own by TLS."
  }
  assert {
    condition = [for header in one(aws_cloudfront_distribution.this.origin).custom_header : nonsensitive([header.name, sha256(header.value)])] == [
      ["x-origin-verify", output.secret_digests[0]]
    ] && nonsensitive(aws_ssm_parameter.secret["1"].value != aws_ssm_parameter.secret["2"].value) && output.secret_digests == [for number in ["1", "2"] : nonsensitive(sha256(aws_ssm_parameter.secret[number].value))]
    error_message = "CloudFront sends the first of two secrets, and the origin is given the digests of both."
  }
  assert {
    condition     = aws_ssm_parameter.secret["1"].type == "SecureString" && issensitive(aws_ssm_parameter.secret["1"].value)
    error_message = "No plan and no log shows a secret."
  }
  assert {
    condition = alltrue([for behavior in aws_cloudfront_distribution.this.default_cache_behavior :
      behavior.viewer_protocol_policy == "https-only" && !behavior.compress && length(behavior.allowed_methods) == 7 &&
      behavior.cache_policy_id == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" && behavior.origin_request_policy_id == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    ])
    error_message = "Nothing is kept, every method and header but Host goes on, and nobody calls without TLS."
  }
  assert {
    condition     = { for response in aws_cloudfront_distribution.this.custom_error_response : response.error_code => response.error_caching_min_ttl } == { for status in [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504] : status => 0 }
    error_message = "No error is kept either: it would be another caller's."
  }
  assert {
    condition     = alltrue([for certificate in aws_cloudfront_distribution.this.viewer_certificate : certificate.minimum_protocol_version == "TLSv1.2_2021" && certificate.ssl_support_method == "sni-only"]) && aws_cloudfront_distribution.this.http_version == "http2and3"
    error_message = "Callers speak TLS 1.2 or newer, HTTP/2 or 3."
  }
  assert {
    condition     = aws_cloudfront_distribution.this.web_acl_id == aws_wafv2_web_acl.this.arn && aws_wafv2_web_acl.this.scope == "CLOUDFRONT"
    error_message = "WAF sees every call."
  }
  assert {
    condition = { for rule in aws_wafv2_web_acl.this.rule : rule.priority => rule.name } == {
      0 = "calls-per-address"
      1 = "AWSManagedRulesAmazonIpReputationList"
      2 = "AWSManagedRulesKnownBadInputsRuleSet"
      3 = "AWSManagedRulesCommonRuleSet"
    }
    error_message = "The limit comes first, then AWS's own rules."
  }
  assert {
    condition     = flatten([for rule in aws_wafv2_web_acl.this.rule : [for statement in rule.statement : [for limit in statement.rate_based_statement : [limit.limit, limit.evaluation_window_sec]]]]) == [2000, 300]
    error_message = "An address has 2,000 calls in 5 minutes."
  }
  assert {
    condition     = flatten([for rule in aws_wafv2_web_acl.this.rule : [for statement in rule.statement : [for group in statement.managed_rule_group_statement : [for override in group.rule_action_override : [rule.name, override.name]]]]]) == ["AWSManagedRulesCommonRuleSet", "SizeRestrictions_BODY"]
    error_message = "Bodies above 8 KB are counted and pass, and every other rule blocks."
  }
  assert {
    condition     = keys(aws_cloudwatch_log_group.waf) == ["aws-waf-logs-fixture-api"] && flatten([for logging in aws_wafv2_web_acl_logging_configuration.this : [for field in logging.redacted_fields : [for header in field.single_header : header.name]]]) == ["authorization", "cookie"] && flatten([for logging in aws_wafv2_web_acl_logging_configuration.this : [for filter in logging.logging_filter : filter.default_behavior]]) == ["DROP"]
    error_message = "The log has what was blocked or counted, without tokens and cookies."
  }
}

run "edge_with_the_next_secret" {
  module {
    source = "./modules/edge"
  }
  variables {
    name          = "fixture-api"
    domain        = { name = "api.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b" }
    origin        = "origin.example.com"
    secret_number = 2
  }

  assert {
    condition     = output.secret_digests[0] == run.edge.secret_digests[1] && output.secret_digests[1] != run.edge.secret_digests[0] && [for header in one(aws_cloudfront_distribution.this.origin).custom_header : nonsensitive(sha256(header.value))] == [output.secret_digests[0]]
    error_message = "CloudFront sends what the function accepts already, and the function is given a new one beside it."
  }
  assert {
    condition     = length(aws_cloudwatch_log_group.waf) + length(aws_wafv2_web_acl_logging_configuration.this) == 0
    error_message = "WAF has no log until it is asked to."
  }
}
