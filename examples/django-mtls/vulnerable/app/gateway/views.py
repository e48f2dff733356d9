import os
import subprocess

import requests
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from gateway.identity import client_name


@csrf_exempt
def store_config(request):
    if client_name(request) is None:
        return HttpResponse(status=403)
    name = request.POST["name"]
    target = os.path.join(settings.CONFIG_ROOT, name)
    with open(target, "w") as out:
        out.write(request.POST["content"])
    return JsonResponse({"stored": target})


@csrf_exempt
def import_config(request):
    if client_name(request) is None:
        return HttpResponse(status=403)
    answer = requests.get(request.POST["url"], timeout=10)
    return HttpResponse(answer.text)


def check_service(request, name):
    if client_name(request) is None:
        return HttpResponse(status=403)
    done = subprocess.run(f"nslookup {name}", shell=True, capture_output=True, timeout=10)
    return HttpResponse(done.stdout)


def health(request):
    return JsonResponse({"ok": True})
