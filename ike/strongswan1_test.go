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
	policyHere1 = "proposals = aes256-sha1-modp2048"
	espHere1    = "esp_proposals = aes256-sha1-modp2048"
)

func strongswan1(t *testing.T, settings string) *bench {
	b := strongswan(t, settings)
	b.version = 1
	return b
}

func configPeer1(secret string) Config { return config1(ourAddress, secret) }

// afresh forgets what the data plane has.
func (b *bench) afresh(c Config) {
	b.in, b.out, b.secured = map[uint32]esp.Parameters{}, map[uint32]esp.Parameters{}, map[Pair]bool{}
	b.ours(c)
}

func TestStrongSwanAnswersVersion1(t *testing.T) {
	b := strongswan1(t, "")
	b.configure(policyHere1, espHere1, "secret")
	b.ours(configPeer1("secret"))
	b.step(Protect{peerPair()})
	b.until("it is protected", b.established)
	b.gre()
	if s := b.swanctl("--list-sas"); !strings.Contains(s, "IKEv1") || !strings.Contains(s, "AES_CBC-256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_2048") || !strings.Contains(s, "INSTALLED, TUNNEL-in-UDP") {
		t.Errorf("strongSwan has\n%s", s)
	}
	b.step(Unprotect{peerPair()})
	b.until("strongSwan has deleted it", func() bool { return b.swanctl("--list-sas") == "" })
	if s := b.engine.State(); len(s.SAs)+len(s.Children) != 0 || len(b.in)+len(b.out) != 0 {
		t.Errorf("%+v", s)
	}
}

func TestStrongSwanBeginsVersion1(t *testing.T) {
	b := strongswan1(t, "")
	b.configure(policyHere1, espHere1, "secret")
	b.ours(configPeer1("secret"))
	b.begin("--initiate", "--child", "gre")
	b.until("it is protected", b.established)
	b.gre()
	b.begin("--terminate", "--ike", "weft")
	b.until("it is gone", func() bool { return len(b.in)+len(b.out) == 0 && len(b.engine.associations) == 0 })
	if !slices.Contains(b.downs, ReasonDeleted) {
		t.Errorf("%v", b.downs)
	}
}

func TestAggressiveModeWithStrongSwan(t *testing.T) {
	b := strongswan1(t, "	i_dont_care_about_security_and_use_aggressive_mode_psk = yes\n")
	b.names = [2]string{"id = spoke.example.com", "id = " + ourAddress}
	b.configure(policyHere1+"\naggressive = yes", espHere1, "secret")
	c := configPeer1("secret")
	b.ours(c)
	b.begin("--initiate", "--child", "gre")
	b.until("it is protected", b.established)
	b.gre()
	if s := b.engine.State(); s.SAs[0].RemoteID != (Identity{Kind: ByName, Text: "spoke.example.com"}) || b.seen[exchangeAggressive1] != 2 {
		t.Errorf("%+v %v", s.SAs[0], b.seen)
	}
	b.step(Clear{IKE: true, IPsec: true})
	b.until("strongSwan has deleted it", func() bool { return b.swanctl("--list-sas") == "" })
	c.Profiles = []Profile{{Name: "A", Initiate: Aggressive, Match: []Match{{Any: true}}}}
	c.Endpoints[0].Profile = "A"
	b.afresh(c)
	b.step(Protect{peerPair()})
	b.until("it is protected", b.established)
	b.gre()
}

func TestPairsOfVersion1AreReplacedWithStrongSwan(t *testing.T) {
	for _, pfs := range []Group{0, 14} {
		t.Run(fmt.Sprintf("pfs %d", pfs), func(t *testing.T) {
			b := strongswan1(t, "")
			proposal := espHere1
			if pfs == 0 {
				proposal = "esp_proposals = aes256-sha1"
			}
			b.configure(policyHere1, proposal, "secret")
			c := configPeer1("secret")
			c.Endpoints[0].IPsec.PFS = pfs
			b.ours(c)
			b.step(Protect{peerPair()})
			b.until("it is protected", b.established)
			b.gre()
			old := b.current
			b.step(SoftLimit{SPI: b.engine.State().Children[0].In, Inbound: true})
			b.until("we have replaced the pair", func() bool { return b.current != old })
			b.gre()
			old = b.current
			b.begin("--rekey", "--child", "gre")
			b.until("strongSwan has replaced the pair", func() bool { return b.current != old })
			b.gre()
			if len(b.downs) > 0 {
				t.Errorf("%v", b.downs)
			}
		})
	}
}

// Every policy and transform that we claim is one that somebody else understands
// likewise.
func TestProposalsOfVersion1WithStrongSwan(t *testing.T) {
	b := strongswan1(t, "")
	for i, p := range []struct {
		theirs, esp string
		cipher      Cipher
		hash        Hash
		group       Group
		suite       esp.Suite
	}{
		{"aes128-sha256-ecp256", "aes128gcm16", Cipher{esp.AESCBC, 128}, SHA256, 19, esp.Suite{Cipher: esp.AESGCM, Bits: 128}},
		{"aes192-sha384-ecp384", "aes192-sha384", Cipher{esp.AESCBC, 192}, SHA384, 20, esp.Suite{Cipher: esp.AESCBC, Bits: 192, MAC: esp.SHA384}},
		{"aes256-sha512-ecp521", "aes256-sha512", Cipher{esp.AESCBC, 256}, SHA512, 21, esp.Suite{Cipher: esp.AESCBC, Bits: 256, MAC: esp.SHA512}},
		{"aes256-sha1-modp3072", "aes128-sha256", Cipher{esp.AESCBC, 256}, SHA1, 15, esp.Suite{Cipher: esp.AESCBC, Bits: 128, MAC: esp.SHA256}},
		{"3des-md5-modp1024", "3des-md5", Cipher{esp.TripleDES, 0}, MD5, 2, esp.Suite{Cipher: esp.TripleDES, MAC: esp.MD5}},
		{"3des-sha1-modp1536", "des-sha1", Cipher{esp.TripleDES, 0}, SHA1, 5, esp.Suite{Cipher: esp.DES, MAC: esp.SHA1}},
		{"des-sha1-modp768", "null-sha1", Cipher{esp.DES, 0}, SHA1, 1, esp.Suite{Cipher: esp.Null, MAC: esp.SHA1}},
		{"aes256-sha256-modp4096", "aes256gcm16", Cipher{esp.AESCBC, 256}, SHA256, 16, esp.Suite{Cipher: esp.AESGCM, Bits: 256}},
	} {
		t.Run(p.theirs, func(t *testing.T) {
			b.t = t
			b.configure("proposals = "+p.theirs, "esp_proposals = "+p.esp, "secret")
			c := configPeer1("secret")
			c.Policies[0].Cipher, c.Policies[0].Hash, c.Policies[0].Group = p.cipher, p.hash, p.group
			c.Endpoints[0].IPsec.Transforms[0].Suite, c.Endpoints[0].IPsec.PFS = p.suite, 0
			b.afresh(c)
			if i%2 == 0 {
				b.step(Protect{peerPair()})
			} else {
				b.begin("--initiate", "--child", "gre")
			}
			b.until("it is protected", b.established)
			b.gre()
			b.step(Clear{IPsec: true, IKE: true})
			b.step(Unprotect{peerPair()})
			b.until("strongSwan has deleted it", func() bool { return b.swanctl("--list-sas") == "" })
		})
	}
}

func TestFragmentsOfVersion1WithStrongSwan(t *testing.T) {
	b := strongswan1(t, "	fragment_size = 300\n")
	b.configure(policyHere1+"\nfragmentation = force", espHere1, "secret")
	c := configPeer1("secret")
	c.Fragmentation = true
	b.ours(c)
	b.begin("--initiate", "--child", "gre")
	b.until("it is protected", b.established)
	b.gre()
	if b.engine.associations == nil || b.seen[exchangeMain1] < 5 {
		t.Errorf("%d messages of main mode: none came in pieces", b.seen[exchangeMain1])
	}
}

func TestDeadPeerDetectionOfVersion1WithStrongSwan(t *testing.T) {
	b := strongswan1(t, "")
	b.configure(policyHere1+"\ndpd_delay = 1s", espHere1, "secret")
	c := configPeer1("secret")
	c.Keepalive = DPD{Interval: time.Second, Retry: time.Second, Periodic: true}
	b.ours(c)
	b.step(Protect{peerPair()})
	b.until("it is protected", b.established)
	b.until("strongSwan asks", func() bool { return b.seen[exchangeInform1] >= 2 })
	if len(b.downs) > 0 {
		t.Errorf("%v", b.downs)
	}
	b.silent = true
	b.stop()
	b.until("its death is noticed", func() bool { return slices.Contains(b.downs, ReasonDeadPeer) && len(b.in) == 0 })
	b.silent = false
	b.start()
	b.configure(policyHere1, espHere1, "secret")
	b.until("it is protected again", b.established)
	b.gre()
}

func TestWrongKeyOfVersion1WithStrongSwan(t *testing.T) {
	b := strongswan1(t, "")
	b.configure(policyHere1, espHere1, "another")
	b.ours(configPeer1("secret"))
	b.begin("--initiate", "--child", "gre")
	b.until("we refuse", func() bool { return len(b.engine.refusals) > 0 })
	if r := b.engine.refusals[0]; r.Reason != ReasonAuthenticate || r.ByPeer || len(b.in) > 0 {
		t.Errorf("%+v", r)
	}
}

func TestNothingInCommonOfVersion1WithStrongSwan(t *testing.T) {
	b := strongswan1(t, "")
	b.configure("proposals = aes128-sha256-modp2048", espHere1, "secret")
	b.ours(configPeer1("secret"))
	b.step(Protect{peerPair()})
	b.until("we are refused", func() bool { return len(b.engine.refusals) > 0 })
	if r := b.engine.refusals[0]; r.Reason != ReasonProposal || !r.ByPeer {
		t.Errorf("%+v", r)
	}
	b.step(Unprotect{peerPair()})
	b.configure(policyHere1, "esp_proposals = aes128-sha256", "secret")
	b.afresh(configPeer1("secret"))
	b.step(Protect{peerPair()})
	b.until("phase 2 is refused", func() bool { return len(b.engine.refusals) > 0 })
	if r := b.engine.refusals[0]; r.Reason != ReasonProposal || !r.ByPeer || len(b.engine.State().SAs) != 1 {
		t.Errorf("%+v", r)
	}
}
