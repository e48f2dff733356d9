FROM a
RUN <<EOF
sudo x
EOF
COPY <<-"A" <<B /d/
	x
	A
y
B
RUN bash -c "$(curl x)" | sh
