// Prosa is a WhatsApp Business conversation engine. One binary: serve, migrate,
// tenant, operator, simulate, load.
package main

import (
	"github.com/prosa-chat/prosa/deploy/command"
)

func main() { command.Main() }
