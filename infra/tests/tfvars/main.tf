# Reads a tfvars file of the deployment, so that the tests judge the very file that people apply.
terraform {
  required_providers {
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}

variable "file" {
  description = "Name of a file in infra/."
  type        = string
}

output "values" {
  description = "The variables that the file sets."
  value       = provider::terraform::decode_tfvars(file("${path.module}/../../${var.file}"))
}
