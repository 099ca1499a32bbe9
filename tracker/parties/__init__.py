"""Who answers for commitments: countries, the network, the Secretariat."""
