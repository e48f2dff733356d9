from django.conf import settings
from django.http import HttpResponseForbidden

OPEN_PATHS = {"/health"}


class CertificateRoles:
    """Maps the verified subject of the client certificate to permissions, and denies by default.

    The headers are believed because nginx overwrites both and is the only neighbour on the network.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.permissions = frozenset()
        if request.META.get("HTTP_X_CLIENT_VERIFY") == "SUCCESS":
            subject = request.META.get("HTTP_X_CLIENT_DN", "")
            request.permissions = frozenset(settings.CERTIFICATE_ROLES.get(subject, ()))
        if not request.permissions and request.path not in OPEN_PATHS:
            return HttpResponseForbidden()
        return self.get_response(request)


def requires(permission):
    def decorate(view):
        def guarded(request, *args, **kwargs):
            if permission not in request.permissions:
                return HttpResponseForbidden()
            return view(request, *args, **kwargs)

        return guarded

    return decorate
