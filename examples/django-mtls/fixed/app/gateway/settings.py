import os
import pathlib

SECRET_KEY = pathlib.Path("/run/secrets/django_key").read_text().strip()
DEBUG = False
ALLOWED_HOSTS = ["config.example.internal", "127.0.0.1"]
ROOT_URLCONF = "gateway.urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "gateway.identity.CertificateRoles",
]
CONFIG_ROOT = os.environ.get("CONFIG_ROOT", "/srv/out")

# Exact subjects (RFC 2253) and what each may do. Anybody else may do nothing.
CERTIFICATE_ROLES = {
    "CN=deploy,OU=platform,O=Example": {"configs:write"},
    "CN=monitor,OU=platform,O=Example": {"services:check"},
}
CHECKABLE_SERVICES = {"web", "agent"}
