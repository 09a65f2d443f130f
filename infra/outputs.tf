output "api_url" {
  description = "Where the API answers."
  value       = local.api_url
}

output "dns_records" {
  description = "What the records of domains point to, by domain: the API's own, and the public one where CloudFront is in front."
  value = merge(
    { for domain in [try(var.api.domain, null)] : domain.name => module.http_api.domain_target if domain != null },
    { for edge in values(module.edge) : var.edge.domain.name => edge.domain_target },
  )
}

output "pools" {
  description = "What a caller must know of each pool."
  value = { for key, pool in module.user_pool : key => {
    user_pool_id     = pool.id
    client_id        = module.user_pool_client[key].id
    public_client_id = local.public_client_ids[key]
    issuer           = pool.issuer
    jwks_uri         = pool.jwks_uri
    domain_url       = pool.domain_url
    domain_target    = pool.domain_target
  } }

  precondition {
    condition     = length(local.unknown_members) == 0
    error_message = "No such input: ${join(", ", local.unknown_members)}. Correct or remove it (README.md lists the inputs); groups, scopes and machines are declared in app/api/access.ts."
  }
  precondition {
    condition     = length(local.unknown_scopes) == 0
    error_message = "No such scope: ${join("; ", local.unknown_scopes)}. Managed login gives ${join(", ", local.openid_scopes)}, and what the pool declares, written RESOURCE_SERVER/NAME."
  }
}

output "signing_keys" {
  description = "By the id of each pool whose tokens are accepted: where it publishes its keys, and those that the functions carry. `make deploy` reads them again before it applies."
  value = zipmap(local.key_sources[*].id, [for source in local.key_sources : {
    jwks_uri = source.jwks_uri
    carried  = lookup(var.carried_keys, source.id, [])
  }])
}

output "client_secrets" {
  description = "Secret that each pool's client for people was made with: a rotation leaves it as it is, and of no use."
  sensitive   = true
  value       = { for key, client in module.user_pool_client : key => client.secret }
}

output "function_name" {
  description = "Name of the function."
  value       = module.function.name

  precondition {
    condition     = length(local.refused_settings) == 0
    error_message = "The function would not start: ${join("; ", local.refused_settings)}. Correct `settings`."
  }
}

output "table_name" {
  description = "Name of the table."
  value       = module.table.name
}

output "profile" {
  description = "What people need in order to sign in and call, in the shape of the profile.json that `npm start` writes. No machine's secret is in it."
  sensitive   = true
  value = merge({
    apiUrl          = local.api_url
    cognitoEndpoint = values(module.user_pool)[0].cognito_endpoint
    region          = values(module.user_pool)[0].region
    pools = { for key, pool in module.user_pool : key => {
      for member, value in {
        userPoolId      = pool.id
        clientId        = module.user_pool_client[key].id
        clientSecret    = module.user_pool_client[key].secret
        clientSecretArn = try(aws_secretsmanager_secret.client["${key}/people"].arn, null)
        publicClientId  = local.public_client_ids[key]
        issuer          = pool.issuer
        jwksUri         = pool.jwks_uri
        domainUrl       = pool.domain_url
      } : member => value if value != null
    } }
    # A domain doesn't say which API is behind it.
  }, try(var.api.domain, null) == null ? {} : { apiId = module.http_api.id })
}

output "machines" {
  description = "What machines need in order to get tokens, by name, in the shape of the machines.json that `npm start` writes."
  sensitive   = true
  value = { for name, client in module.machine_client : name => {
    for member, value in {
      clientId        = client.id
      clientSecret    = client.secret
      clientSecretArn = try(aws_secretsmanager_secret.client["${local.machines[name].pool}/${name}"].arn, null)
      tokenUrl        = module.user_pool[local.machines[name].pool].token_url
      scopes          = local.machines[name].scopes
    } : member => value if value != null
  } }
}

output "alarm_topic_arn" {
  description = "Topic that the alarms go to; null without monitoring."
  value       = one(values(module.monitoring)[*].topic_arn)
}

output "alarm_names" {
  description = "Alarms that a release watches; none without monitoring."
  value       = flatten(values(module.monitoring)[*].alarm_names)
}

output "release" {
  description = "How a version gets its calls: the share while alarms are watched, and for how long."
  value = {
    weight        = coalesce(try(var.release.weight, null), 0.1)
    watch_seconds = coalesce(try(var.release.watch_seconds, null), 60)
  }
}
