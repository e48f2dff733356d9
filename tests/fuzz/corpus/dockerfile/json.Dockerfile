FROM a
CMD ["x", "\u00e9\ud83d\ude00\n"]
HEALTHCHECK --interval=5s CMD ["curl"]
EXPOSE 22/tcp
VOLUME /a /b
STOPSIGNAL 9
SHELL ["sh"]
