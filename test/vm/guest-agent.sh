# Runs in the guest. Reads command numbers from the second serial port, one a line, runs /host/command/N.sh with
# its output in N.out and N.err, and answers `N STATUS` when it has ended. Commands run side by side.
exec 3<>/dev/ttyS1
stty raw -echo <&3
echo "guest: agent is ready" >/dev/ttyS0
while read -r number <&3; do
	(
		cd /host/command || exit
		sh "./$number.sh" >"$number.out" 2>"$number.err" 3>&- </dev/null
		echo "$number $?" >&3
	) &
done
