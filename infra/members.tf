# The members that inputs may have. Terraform itself would ignore others, such as a misspelt `mfa`.
locals {
  members = {
    all_pools = local.members_of_all_pools
    pools     = local.members_of_a_pool
    function = [
      "runtime", "architecture", "memory_mb", "timeout_seconds", "reserved_concurrency", "log_level", "jwks_refresh_seconds", "revocation_unavailable", "metrics",
      "tracing", "otlp_endpoint", "layers",
    ]
    api = [
      "cors",
      "cors.origins",
      "cors.credentials",
      "domain",
      "domain.name",
      "domain.certificate_arn",
      "throttle",
      "throttle.rate",
      "throttle.burst",
      "throttle.without_authorizer",
      "throttle.without_authorizer.rate",
      "throttle.without_authorizer.burst",
    ]
    table   = ["name", "point_in_time_recovery", "deletion_protection"]
    release = ["weight", "watch_seconds"]
    edge    = ["domain", "domain.name", "domain.certificate_arn", "secret_number", "calls_per_address", "counted_rules", "log_blocked"]
    monitoring = [
      "emails",
      "account_concurrency",
      "saved_queries",
      "thresholds",
      "thresholds.server_errors",
      "thresholds.p99_ms",
      "thresholds.refused_share",
      "thresholds.min_requests",
      "thresholds.concurrency_share",
    ]
  }

  members_of_all_pools = [
    "mfa",
    "password_policy",
    "password_policy.minimum_length",
    "password_policy.require_lowercase",
    "password_policy.require_uppercase",
    "password_policy.require_numbers",
    "password_policy.require_symbols",
    "password_policy.temporary_validity_days",
    "tier",
    "threat_protection",
    "deletion_protection",
    "token_use",
  ]
  members_of_a_pool = concat(local.members_of_all_pools, [
    "name",
    "sign_in",
    "sign_in.aliases",
    "sign_in.usernames",
    "sign_in.self_registration",
    "sign_in.recovery",
    "sign_in.verified_attributes",
    "sign_in.ses_identity_arn",
    "attributes",
    "attributes.*",
    "attributes.*.type",
    "attributes.*.min",
    "attributes.*.max",
    "attributes.*.mutable",
    "lambda_triggers",
    "lambda_triggers.*",
    "previous",
    "previous.user_pool_id",
    "previous.client_ids",
    "previous.migration_client_id",
    "domain",
    "custom_domain",
    "custom_domain.name",
    "custom_domain.certificate_arn",
    "login_pages",
    "login_pages.version",
    "login_pages.css",
    "managed_login",
    "managed_login.callback_urls",
    "managed_login.logout_urls",
    "managed_login.scopes",
    "managed_login.rotation_grace_seconds",
    "client",
    "client.name",
    "client.auth_flows",
    "client.token_revocation",
    "client.hide_user_existence",
    "client.token_validity",
    "client.token_validity.access_minutes",
    "client.token_validity.id_minutes",
    "client.token_validity.refresh_hours",
    "machines",
    "machines.*",
    "machines.*.name",
    "machines.*.token_validity",
    "machines.*.token_validity.access_minutes",
  ])

  inputs = merge(
    { all_pools = var.all_pools, function = var.function, api = var.api, table = var.table, release = var.release },
    var.monitoring == null ? {} : { monitoring = var.monitoring },
    var.edge == null ? {} : { edge = var.edge },
    { for key, pool in var.pools : "pools.${key}" => pool },
  )

  # What is set, down to the deepest member: `client`, `client.token_validity`, `client.token_validity.access_minutes`.
  set_members = { for input, settings in local.inputs : input => concat(
    keys(settings),
    flatten([for a, x in settings : [for b in keys(x) : "${a}.${b}"] if can(keys(x))]),
    flatten([for a, x in settings : [for b, y in x : [for c in keys(y) : "${a}.${b}.${c}"] if can(keys(y))] if can(keys(x))]),
    flatten([for a, x in settings : [for b, y in x : [for c, z in y : [for d in keys(z) : "${a}.${b}.${c}.${d}"] if can(keys(z))] if can(keys(y))] if can(keys(x))]),
  ) }
  unknown_members = flatten([for input, members in local.set_members : [
    for member in members : "${input}.${member}" if !contains(
      local.members[split(".", input)[0]],
      replace(member, "/^(machines|lambda_triggers|attributes)\\.[^.]+/", "$1.*"),
    )
  ]])
}
