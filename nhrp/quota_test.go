package nhrp

import (
	"slices"
	"testing"
	"time"
)

// quotaHub lets out five packets a minute; ask gets an answer to each.
func quotaHub() (*world, *node) {
	w := newWorld()
	c := hubConfig()
	c.MaxSend = MaxSend{Packets: 5, Every: time.Minute}
	return w, w.add("hub", "192.0.2.1", 100, c)
}

// answers counts those of so many registrations, and the news of the quota.
func answers(t *testing.T, w *world, n *node, asked int) (sent int, news []Event) {
	t.Helper()
	for range asked {
		outs := n.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(addr("198.51.100.11")), Packet: encoded(t, request())})
		for _, o := range outs {
			switch o := o.(type) {
			case Send:
				sent++
			case Log:
				if e, ok := o.Event.(QuotaExceeded); ok {
					news = append(news, e)
				}
			}
		}
	}
	return sent, news
}

func TestNoMoreIsSentThanTheQuotaAllows(t *testing.T) {
	w, hub := quotaHub()
	want := []Event{QuotaExceeded{"Tunnel0", MaxSend{5, time.Minute}}}
	for round := range uint64(3) {
		if sent, news := answers(t, w, hub, 12); sent != 5 || !slices.Equal(news, want) {
			t.Errorf("round %d: %d of 12 are answered, the log has %+v", round, sent, news)
		}
		s := hub.tunnel()
		if s.Traffic.Sent[RegistrationReply] != 5*(round+1) || hub.dropped(DropQuota) != 7*(round+1) {
			t.Errorf("round %d: counted are %d sent, %d dropped", round, s.Traffic.Sent[RegistrationReply], hub.dropped(DropQuota))
		}
		w.run(time.Minute)
	}
	if _, ok := hub.entry("10.0.0.11"); !ok {
		t.Error("the client whose answer was dropped is not registered")
	}
}

func TestUsageIsThatOfTheCurrentWhile(t *testing.T) {
	w, hub := quotaHub()
	usage := func() int { return hub.tunnel().Quota.Usage(w.now) }
	if usage() != 0 {
		t.Errorf("usage is %d%% before anything is sent", usage())
	}
	answers(t, w, hub, 2)
	w.run(30 * time.Second)
	if usage() != 40 {
		t.Errorf("usage is %d%% after 2 of 5", usage())
	}
	answers(t, w, hub, 12)
	if usage() != 100 {
		t.Errorf("usage is %d%% when all is used", usage())
	}
	w.run(30 * time.Second) // a minute since the first
	if usage() != 0 {
		t.Errorf("usage is %d%% a minute later", usage())
	}
}

func TestChangedQuotaHoldsFromThenOnAndTouchesNothingElse(t *testing.T) {
	w, hub := quotaHub()
	answers(t, w, hub, 6)
	c := hub.config
	c.MaxSend.Packets = 3
	if outs := hub.engine.Step(w.now, Configure{Config{Tunnels: []Tunnel{c}}}); outs != nil {
		t.Errorf("another quota is %+v", outs)
	}
	if sent, news := answers(t, w, hub, 12); sent != 3 || len(news) != 1 {
		t.Errorf("%d of 12 are answered after the change, the log has %+v", sent, news)
	}
}

// A registration that the quota holds back is one that was lost.
func TestSpokeRegistersWhenItsQuotaAllows(t *testing.T) {
	w := newWorld()
	c := spokeConfig("10.0.0.11/24")
	c.MaxSend = MaxSend{Packets: 1, Every: time.Minute}
	spoke := w.add("spoke1", "198.51.100.11", 200, c) // whose only packet nobody hears
	w.run(10 * time.Second)
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	w.run(40 * time.Second)
	if _, ok := hub.entry("10.0.0.11"); ok || spoke.dropped(DropQuota) == 0 {
		t.Errorf("registered %v within the first minute, %d packets dropped", ok, spoke.dropped(DropQuota))
	}
	w.run(time.Minute)
	if _, ok := hub.entry("10.0.0.11"); !ok {
		t.Error("not registered when the minute is over")
	}
}
