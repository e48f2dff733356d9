import pathlib
import socket

from django.conf import settings
from django.http import Http404, HttpResponseBadRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from gateway.identity import requires


@csrf_exempt
@require_POST
@requires("configs:write")
def store_config(request):
    root = pathlib.Path(settings.CONFIG_ROOT).resolve()
    target = (root / request.POST["name"]).resolve()
    if not target.is_relative_to(root) or target == root:
        return HttpResponseBadRequest()
    target.write_text(request.POST["content"])
    return JsonResponse({"stored": target.name})


@require_GET
@requires("services:check")
def check_service(request, name):
    if name not in settings.CHECKABLE_SERVICES:
        raise Http404
    return JsonResponse({"address": socket.gethostbyname(name)})


def health(request):
    return JsonResponse({"ok": True})
