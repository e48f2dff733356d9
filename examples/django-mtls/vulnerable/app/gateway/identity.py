def client_name(request):
    """The common name of the client certificate, as nginx reports it."""
    subject = request.META.get("HTTP_X_CLIENT_DN", "")
    for part in subject.split("/"):
        if part.startswith("CN="):
            return part[3:]
    return None
