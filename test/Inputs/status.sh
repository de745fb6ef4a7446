#!/bin/sh
# status.sh COMMAND...: runs it, then prints `exit N`, and succeeds, so that
# FileCheck sees both what a command says and how it ends.
"$@"
echo "exit $?"
