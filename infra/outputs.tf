output "api_url" {
  description = "Where the API answers."
  value       = module.http_api.url
}

output "pools" {
  description = "What a caller must know of each pool."
  value = { for key, pool in module.user_pool : key => {
    user_pool_id = pool.id
    client_id    = module.user_pool_client[key].id
    issuer       = pool.issuer
    jwks_uri     = pool.jwks_uri
  } }
}

output "client_secrets" {
  description = "Secret of each pool's client for people; a machine's is under POOL/machine."
  sensitive   = true
  value = merge(
    { for key, client in module.user_pool_client : key => client.secret },
    { for key, client in module.machine_client : "${key}/machine" => client.secret },
  )
}

output "machine_clients" {
  description = "Where machines get their tokens, as which client, and with which scopes."
  value = { for key, client in module.machine_client : key => {
    client_id = client.id
    token_url = module.user_pool[key].token_url
    scopes    = local.machines[key].machine_client.scopes
  } }
}

output "function_name" {
  description = "Name of the function."
  value       = module.function.name
}

output "table_name" {
  description = "Name of the table."
  value       = module.table.name
}

output "profile" {
  description = "A profile for the `pizza` command: terraform output -json profile | pizza profile add NAME."
  sensitive   = true
  value = {
    apiUrl          = module.http_api.url
    cognitoEndpoint = values(module.user_pool)[0].cognito_endpoint
    region          = values(module.user_pool)[0].region
    pools = { for key, pool in module.user_pool : key => merge(
      {
        userPoolId   = pool.id
        clientId     = module.user_pool_client[key].id
        clientSecret = module.user_pool_client[key].secret
        issuer       = pool.issuer
        jwksUri      = pool.jwks_uri
      },
      [for machine, client in module.machine_client : {
        machine = {
          clientId     = client.id
          clientSecret = client.secret
          tokenUrl     = pool.token_url
          scopes       = local.machines[key].machine_client.scopes
        }
      } if machine == key]...
    ) }
  }
}
