# With `secrets_manager`: for each client with a secret, the place in Secrets Manager that a rotation (`secret rotate` of the
# command) moves the secret to. Terraform makes it without a value, so that its state has none of what is in it.
locals {
  # A client's id is in the name: a client that replaces another has a secret of its own, whatever happens to the old one.
  client_secrets = var.secrets_manager ? merge(
    { for key, client in module.user_pool_client : "${key}/people" => client.id },
    { for name, client in module.machine_client : "${local.machines[name].pool}/${name}" => client.id },
  ) : {}
}

resource "aws_secretsmanager_secret" "client" {
  for_each = local.client_secrets

  name        = "${local.name}/${each.key}/${each.value}"
  description = "Secret of the client that ${each.key} of ${local.name} signs in through, from its first rotation on."

  # Long enough to restore what was removed by mistake.
  recovery_window_in_days = 7
}
