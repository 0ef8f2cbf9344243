package commands

// FactoryConfig is the running-config of a new box. The appliance adds a
// section for every port it finds, shut down.
const FactoryConfig = `version ` + syntaxVersion + `
service timestamps debug datetime msec
service timestamps log datetime msec
no service password-encryption
!
hostname Router
!
boot-start-marker
boot-end-marker
!
no aaa new-model
!
ip cef
no ipv6 cef
!
ip forward-protocol nd
!
no ip http server
no ip http secure-server
!
control-plane
!
line con 0
line aux 0
line vty 0 4
 login
 transport input none
!
end
`
