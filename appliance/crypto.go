package main

import (
	"weft/cli/commands"
	"weft/ike"
	"weft/router"
)

// Crypto is what IKE knows.
func (v view) Crypto() commands.CryptoState { return answer(v.box, (*router.Router).Crypto) }

func (v view) ClearCrypto(c ike.Clear) { v.command(c) }

// ClearCryptoCounters sets the traffic of associations to zero.
func (v view) ClearCryptoCounters() {}
