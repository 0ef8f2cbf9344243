# make build   the binary, ./weft
# make lab     build it, bring up labs/dmvpn-phase3-ikev2, attach to the hub's console
# make test    install the peers the tests need if they are missing, then test everything
# make bench   every benchmark, from grammar to a tunnel's throughput
# make image   the bootable disk, build/weft.qcow2, and a kernel and initrd for emulators
# make bench-image   how fast the image boots, and how big it is
# make clean   remove what was built; a lab is taken down with ./weft lab down DIR

LAB ?= labs/dmvpn-phase3-ikev2
WEFT ?= ./weft

export CGO_ENABLED := 0
# A clone may belong to another user than the one who builds it.
export GOFLAGS += -buildvcs=false
export PATH := $(PATH):/usr/local/go/bin:/usr/sbin:/sbin

STAMP := -X main.buildTime=$(shell date -u +%Y-%m-%dT%H:%M:%SZ) $(if $(VERSION),-X main.version=$(VERSION))

.PHONY: build lab test bench image bench-image clean peers

build:
	go build -trimpath -ldflags '-s -w $(STAMP)' -o $(WEFT) ./appliance

lab: build
	@$(WEFT) lab status $(LAB) > /dev/null 2>&1 || $(WEFT) lab up $(LAB)
	@$(WEFT) lab console $(LAB) hub

# command:package, where a missing command means that the package is
PEERS := ip:iproute2 conntrack:conntrack nft:nftables ping:iputils-ping tcpdump:tcpdump tshark:tshark iperf3:iperf3 \
	ssh:openssh-client sshpass:sshpass expect:expect openssl:openssl dnsmasq:dnsmasq-base \
	qemu-system-x86_64:qemu-system-x86 debugfs:e2fsprogs nft:nftables \
	swanctl:strongswan-swanctl charon-systemd:charon-systemd charon-systemd:libcharon-extra-plugins \
	charon-systemd:libstrongswan-standard-plugins

peers:
	@missing=; for peer in $(PEERS); do \
	  command -v $${peer%%:*} > /dev/null || missing="$$missing $${peer##*:}"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then root=; \
	elif command -v sudo > /dev/null; then root=sudo; \
	else echo "not root: the tests that need$$missing are going to be skipped" >&2; exit 0; fi; \
	echo "installing$$missing"; \
	$$root apt-get -qq update && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends $$missing > /dev/null

# Two packages at a time: the tests of labs time what they see.
test: peers
	go vet ./...
	go test -p 2 -timeout 25m ./...

bench: peers
	go test -p 1 -timeout 25m -run '^$$' -bench . -benchmem ./...

image:
	@mkdir -p build
	go run ./image -flavor vm -o build/weft.qcow2 -kernel build/weft.vmlinuz -initrd build/weft.cpio.zst
	@ls -l build

bench-image: peers
	go test -timeout 25m -run '^$$' -bench Boot -benchtime 5x ./image

clean:
	rm -rf $(WEFT) build
