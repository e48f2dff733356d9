FROM a
ENV A=1 B="$A c" C=${A}${B:-${Z:-q}}
ENV old form $A
LABEL x='$A'
ADD --chown=1:1 --chmod=777 ["http://u:p@h/x", "/y"]
ONBUILD RUN [ -f x ]
