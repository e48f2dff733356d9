import os

SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "insecure-development-key")
DEBUG = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "gateway.urls"
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
CONFIG_ROOT = os.environ.get("CONFIG_ROOT", "/srv/out")
