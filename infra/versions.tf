terraform {
  required_version = ">= 1.9"

  # A deployment that several people share keeps its state in a backend that is encrypted and closed: replace this one.
  backend "local" {}

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}
