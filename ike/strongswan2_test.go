package ike

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/dataplane/esp"
)

const (
	proposalHere = "proposals = aes256-sha512-prfsha512-ecp256"
	espHere      = "esp_proposals = aes256gcm16-noesn"
)

// established is whether both ends have one pair.
func (b *bench) established() bool { return b.secured[peerPair()] && len(b.in) > 0 && len(b.out) > 0 }

func TestStrongSwanAnswersVersion2(t *testing.T) {
	b := strongswan(t, "")
	b.configure(proposalHere, espHere, "secret")
	b.ours(configPeer("secret"))
	b.step(Protect{peerPair()})
	b.until("it is protected", b.established)
	b.gre()
	if s := b.swanctl("--list-sas"); !strings.Contains(s, "AES_CBC-256/HMAC_SHA2_512_256/PRF_HMAC_SHA2_512/ECP_256") || !strings.Contains(s, "INSTALLED, TUNNEL-in-UDP") {
		t.Errorf("strongSwan has\n%s", s)
	}
	b.step(Unprotect{peerPair()})
	b.until("strongSwan has deleted it", func() bool { return b.swanctl("--list-sas") == "" })
	if s := b.engine.State(); len(s.SAs)+len(s.Children) != 0 || len(b.in)+len(b.out) != 0 {
		t.Errorf("%+v", s)
	}
}

func TestStrongSwanBeginsVersion2(t *testing.T) {
	b := strongswan(t, "")
	b.configure(proposalHere, espHere, "secret")
	b.ours(configPeer("secret"))
	b.begin("--initiate", "--child", "gre")
	b.until("it is protected", b.established)
	b.gre()
	b.begin("--terminate", "--ike", "weft")
	b.until("it is gone", func() bool { return len(b.in)+len(b.out) == 0 && len(b.engine.associations) == 0 })
	if !slices.Contains(b.downs, ReasonDeleted) {
		t.Errorf("%v", b.downs)
	}
}

// Either end replaces the pair and the association, and data goes through each.
func TestRekeyingWithStrongSwan(t *testing.T) {
	for _, pfs := range []Group{0, 14} {
		t.Run(fmt.Sprintf("pfs %d", pfs), func(t *testing.T) {
			b := strongswan(t, "")
			proposal := espHere
			if pfs != 0 {
				proposal = "esp_proposals = aes256gcm16-modp2048-noesn"
			}
			b.configure(proposalHere, proposal, "secret")
			c := configPeer("secret")
			c.Endpoints[0].IPsec.PFS = pfs
			b.ours(c)
			b.step(Protect{peerPair()})
			b.until("it is protected", b.established)
			b.gre()

			old := b.current
			b.step(SoftLimit{SPI: b.engine.State().Children[0].In, Inbound: true})
			b.until("we have replaced the pair", func() bool { return b.current != old && len(b.engine.State().Children) == 1 })
			b.gre()

			old = b.current
			b.begin("--rekey", "--child", "gre")
			b.until("strongSwan has replaced the pair", func() bool { return b.current != old && len(b.engine.State().Children) == 1 })
			b.gre()

			a := b.engine.sortedAssociations()[0]
			a.exchanger.renew()
			b.do(b.engine.Tick(time.Now()))
			b.until("we have replaced the association", func() bool { return len(b.engine.State().SAs) == 1 && b.engine.State().SAs[0].ID != a.ID })
			b.gre()

			a = b.engine.sortedAssociations()[0]
			b.begin("--rekey", "--ike", "weft")
			b.until("strongSwan has replaced the association", func() bool { return len(b.engine.State().SAs) == 1 && b.engine.State().SAs[0].ID != a.ID })
			old = b.current
			b.step(SoftLimit{SPI: b.engine.State().Children[0].In, Inbound: true})
			b.until("a pair is replaced under the new association", func() bool { return b.current != old && len(b.engine.State().Children) == 1 })
			b.gre()
			if s := b.swanctl("--list-sas"); strings.Count(s, "ESTABLISHED") != 1 || strings.Count(s, "INSTALLED") != 1 || len(b.downs) > 0 {
				t.Errorf("%v, strongSwan has\n%s", b.downs, s)
			}
		})
	}
}

// Every proposal that we claim is one that somebody else understands likewise.
func TestProposalsWithStrongSwan(t *testing.T) {
	b := strongswan(t, "")
	for i, p := range []struct {
		theirs, esp string
		ours        Proposal
		suite       esp.Suite
	}{
		{"aes128gcm16-prfsha256-ecp256", "aes128gcm16", Proposal{Ciphers: []Cipher{{esp.AESGCM, 128}}, PRF: []Hash{SHA256}, Groups: []Group{19}}, esp.Suite{Cipher: esp.AESGCM, Bits: 128}},
		{"aes256gcm16-prfsha384-ecp384", "aes256gcm16", Proposal{Ciphers: []Cipher{{esp.AESGCM, 256}}, PRF: []Hash{SHA384}, Groups: []Group{20}}, esp.Suite{Cipher: esp.AESGCM, Bits: 256}},
		{"aes256-sha512-ecp521", "aes256-sha512", Proposal{Ciphers: []Cipher{{esp.AESCBC, 256}}, Integrity: []Hash{SHA512}, Groups: []Group{21}}, esp.Suite{Cipher: esp.AESCBC, Bits: 256, MAC: esp.SHA512}},
		{"aes192-sha384-modp3072", "aes192-sha384", Proposal{Ciphers: []Cipher{{esp.AESCBC, 192}}, Integrity: []Hash{SHA384}, Groups: []Group{15}}, esp.Suite{Cipher: esp.AESCBC, Bits: 192, MAC: esp.SHA384}},
		{"aes128-sha256-modp2048", "aes128-sha256", Proposal{Ciphers: []Cipher{{esp.AESCBC, 128}}, Integrity: []Hash{SHA256}, Groups: []Group{14}}, esp.Suite{Cipher: esp.AESCBC, Bits: 128, MAC: esp.SHA256}},
		{"aes128-sha1-modp4096", "aes128-sha1", Proposal{Ciphers: []Cipher{{esp.AESCBC, 128}}, Integrity: []Hash{SHA1}, Groups: []Group{16}}, esp.Suite{Cipher: esp.AESCBC, Bits: 128, MAC: esp.SHA1}},
		{"3des-sha1-modp1024", "3des-sha1", Proposal{Ciphers: []Cipher{{esp.TripleDES, 0}}, Integrity: []Hash{SHA1}, Groups: []Group{2}}, esp.Suite{Cipher: esp.TripleDES, MAC: esp.SHA1}},
		{"3des-md5-modp1536", "3des-md5", Proposal{Ciphers: []Cipher{{esp.TripleDES, 0}}, Integrity: []Hash{MD5}, Groups: []Group{5}}, esp.Suite{Cipher: esp.TripleDES, MAC: esp.MD5}},
		{"des-md5-modp768", "des-md5", Proposal{Ciphers: []Cipher{{esp.DES, 0}}, Integrity: []Hash{MD5}, Groups: []Group{1}}, esp.Suite{Cipher: esp.DES, MAC: esp.MD5}},
		{"aes256-sha256-modp2048s256", "null-sha256", Proposal{Ciphers: []Cipher{{esp.AESCBC, 256}}, Integrity: []Hash{SHA256}, Groups: []Group{24}}, esp.Suite{Cipher: esp.Null, MAC: esp.SHA256}},
	} {
		t.Run(p.theirs, func(t *testing.T) {
			b.t = t
			b.configure("proposals = "+p.theirs, "esp_proposals = "+p.esp+"-noesn", "secret")
			c := configPeer("secret")
			p.ours.Name = "default"
			c.Proposals[0] = p.ours
			c.Endpoints[0].IPsec.Transforms[0].Suite = p.suite
			b.in, b.out, b.secured = map[uint32]esp.Parameters{}, map[uint32]esp.Parameters{}, map[Pair]bool{}
			b.ours(c)
			if i%2 == 0 {
				b.step(Protect{peerPair()})
			} else {
				b.begin("--initiate", "--child", "gre")
			}
			b.until("it is protected", b.established)
			b.gre()
			b.step(Clear{IKE: true})
			b.step(Unprotect{peerPair()})
			b.until("strongSwan has deleted it", func() bool { return b.swanctl("--list-sas") == "" })
		})
	}
}

func TestCookiesAndGroupsWithStrongSwan(t *testing.T) {
	b := strongswan(t, "	cookie_threshold = 0\n	cookie_threshold_ip = 0\n	dos_protection = yes\n")
	b.configure("proposals = aes256-sha512-prfsha512-modp2048", espHere, "secret")
	c := configPeer("secret")
	c.Cookies = 1
	b.ours(c)
	b.step(Protect{peerPair()})
	b.until("it is protected", b.established)
	b.gre()
	if s := b.engine.State(); s.SAs[0].Group != 14 || b.seen[exchangeInit] < 2 {
		t.Errorf("%d answers, %+v", b.seen[exchangeInit], s.SAs)
	}
	// Now it is we who ask for both: somebody else is in negotiation already.
	b.step(Unprotect{peerPair()})
	b.until("strongSwan has deleted it", func() bool { return b.swanctl("--list-sas") == "" })
	b.configure("proposals = aes256-sha512-prfsha512-ecp384-modp2048", espHere, "secret")
	half := firstMessage(t, "198.51.100.1", 1)
	half.Local = at(ourAddress + ":500")
	b.step(half)
	b.begin("--initiate", "--child", "gre")
	b.until("it is protected", b.established)
	b.gre()
	if s := b.engine.State(); s.Stats.CookieChallenges == 0 || s.Stats.CookiePassed < 2 {
		t.Errorf("%+v", s.Stats)
	}
}

func TestFragmentsWithStrongSwan(t *testing.T) {
	b := strongswan(t, "	fragment_size = 200\n")
	b.configure(proposalHere+"\nfragmentation = force", espHere, "secret")
	c := configPeer("secret")
	c.MTU2 = 200
	b.ours(c)
	b.step(Protect{peerPair()})
	b.until("it is protected", b.established)
	b.gre()
	if !b.engine.State().SAs[0].Fragmentation || b.seen[exchangeAuth] < 2 {
		t.Errorf("%d messages of IKE_AUTH", b.seen[exchangeAuth])
	}
	b.step(Unprotect{peerPair()})
	b.until("strongSwan has deleted it", func() bool { return b.swanctl("--list-sas") == "" })
	b.begin("--initiate", "--child", "gre")
	b.until("it is protected", b.established)
	b.gre()
}

func TestDeadPeerDetectionWithStrongSwan(t *testing.T) {
	b := strongswan(t, "")
	b.configure(proposalHere+"\ndpd_delay = 1s", espHere, "secret")
	c := configPeer("secret")
	c.DPD2 = DPD{Interval: time.Second, Retry: time.Second, Periodic: true}
	b.ours(c)
	b.step(Protect{peerPair()})
	b.until("it is protected", b.established)
	// Both ask, and both answer.
	a := b.engine.sortedAssociations()[0]
	b.until("strongSwan asks", func() bool { return a.PeerMessage >= 2 })
	asked := a.NextMessage
	a.exchanger.probe()
	b.do(b.engine.Tick(time.Now()))
	b.until("strongSwan answers", func() bool { return a.NextMessage > asked && a.exchanger.(*sa2).pending == nil })
	if len(b.downs) > 0 {
		t.Errorf("%v", b.downs)
	}
	b.silent = true
	b.stop()
	b.until("its death is noticed", func() bool { return slices.Contains(b.downs, ReasonDeadPeer) && len(b.in) == 0 })
	b.silent = false
	b.start()
	b.configure(proposalHere, espHere, "secret")
	b.until("it is protected again", b.established)
	b.gre()
}

func TestWrongKeyWithStrongSwan(t *testing.T) {
	b := strongswan(t, "")
	b.configure(proposalHere, espHere, "another")
	b.ours(configPeer("secret"))
	b.step(Protect{peerPair()})
	b.until("we are refused", func() bool { return len(b.engine.refusals) > 0 })
	if r := b.engine.refusals[0]; r.Reason != ReasonAuthenticate || !r.ByPeer {
		t.Errorf("%+v", r)
	}
	b.step(Unprotect{peerPair()})
	b.engine.refusals = nil
	b.begin("--initiate", "--child", "gre")
	b.until("we refuse", func() bool { return len(b.engine.refusals) > 0 })
	if r := b.engine.refusals[0]; r.Reason != ReasonAuthenticate || r.ByPeer || len(b.in) > 0 {
		t.Errorf("%+v", r)
	}
}

// Identities need not be addresses.
func TestIdentitiesWithStrongSwan(t *testing.T) {
	b := strongswan(t, "")
	b.names = [2]string{"id = spoke.example.com", "id = hub@example.com"}
	b.configure(proposalHere, espHere, "secret")
	c := configPeer("secret")
	p := &c.Profiles2[0]
	p.Identity = Identity{Kind: ByEmail, Text: "hub@example.com"}
	p.Match = []Match{{Kind: ByName, Text: "example.com", Domain: true}}
	b.ours(c)
	b.begin("--initiate", "--child", "gre")
	b.until("it is protected", b.established)
	b.gre()
	if s := b.engine.State(); s.SAs[0].RemoteID != (Identity{Kind: ByName, Text: "spoke.example.com"}) {
		t.Errorf("%+v", s.SAs[0])
	}
}

// Either end starts anew and finds the other again.
func TestEnginesRestartWithStrongSwan(t *testing.T) {
	b := strongswan(t, "")
	b.configure(proposalHere, espHere, "secret")
	b.ours(configPeer("secret"))
	b.step(Protect{peerPair()})
	b.until("it is protected", b.established)
	b.until("strongSwan has entered it", func() bool { return strings.Contains(b.swanctl("--list-sas"), "ESTABLISHED") })
	b.in, b.out, b.secured = map[uint32]esp.Parameters{}, map[uint32]esp.Parameters{}, map[Pair]bool{}
	b.ours(configPeer("secret")) // it has forgotten everything
	b.step(Protect{peerPair()})
	b.until("it is protected again", b.established)
	b.gre()
	b.until("strongSwan has forgotten the old one", func() bool { return strings.Count(b.swanctl("--list-sas"), "ESTABLISHED") == 1 })
}
